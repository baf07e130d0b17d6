// @ts-check
/** Records a film with its faces drawn, while the browser plays it once more. */

import { drawFaces } from "../drawing/drawing.js";
import { say } from "../shared/words.js";

/** @typedef {import("./record.js").FilmRecord} FilmRecord */
/** @typedef {import("./record.js").ReadFrame} ReadFrame */

const KINDS = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/webm;codecs=vp9,opus", "video/webm"];
const BITS_PER_PIXEL = 8; // in each second; sharp at 640×480 with 2.5 Mbit/s

/**
 * The film as a file with boxes and words, with its sound where the browser gives it. It takes as long as the film plays.
 * @param {HTMLVideoElement} video @param {FilmRecord} record @param {(share: number) => void} onProgress @param {() => boolean} goesOn
 * @returns {Promise<Blob | null>} null where the recording was stopped
 */
export async function annotatedFilm(video, record, onProgress, goesOn) {
  const type = KINDS.find((kind) => globalThis.MediaRecorder?.isTypeSupported(kind));
  if (!type) throw new Error(say("This browser cannot record a film."));
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  const recorder = new MediaRecorder(streamOf(canvas, video), { mimeType: type, videoBitsPerSecond: BITS_PER_PIXEL * canvas.width * canvas.height });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  video.currentTime = 0;
  await new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  drawFrame(canvas, video, record.at(0));
  recorder.start(1000);
  await playThrough(video, goesOn, (time_s) => {
    drawFrame(canvas, video, record.at(time_s));
    onProgress(time_s / video.duration);
  });
  recorder.stop();
  await stopped;
  return goesOn() ? new Blob(parts, { type: type.split(";")[0] }) : null;
}

/** Draws the video's present picture with its faces. @param {HTMLCanvasElement} canvas @param {HTMLVideoElement} video @param {ReadFrame | null} frame */
function drawFrame(canvas, video, frame) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  if (frame) drawFaces(context, frame.members, placeOn(canvas, frame));
}

/** The place of a frame's picture on a canvas that it fills. @param {HTMLCanvasElement} canvas @param {ReadFrame} frame @param {number} [unit] size of strokes and letters */
export function placeOn({ width, height }, frame, unit) {
  return { left: 0, top: 0, scale: width / frame.width, width, height, mirrored: false, taken: 0, unit };
}

/** @param {HTMLCanvasElement} canvas @param {HTMLVideoElement} video */
function streamOf(canvas, video) {
  const stream = canvas.captureStream();
  const sound = /** @type {any} */ (video).captureStream?.().getAudioTracks() ?? [];
  for (const track of sound) stream.addTrack(track);
  return stream;
}

/** Plays a video from its present position to its end. @param {HTMLVideoElement} video @param {() => boolean} goesOn @param {(time_s: number) => void} onFrame */
async function playThrough(video, goesOn, onFrame) {
  const ended = new Promise((resolve) => video.addEventListener("ended", resolve, { once: true }));
  let plays = true;
  const look = (/** @type {number} */ _now, /** @type {VideoFrameCallbackMetadata | undefined} */ metadata) => {
    if (!plays) return;
    onFrame(metadata?.mediaTime ?? video.currentTime);
    if (!goesOn()) video.dispatchEvent(new Event("ended"));
    next();
  };
  const next = () => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(look) : requestAnimationFrame((now) => look(now, undefined)));
  next();
  await video.play();
  await ended;
  plays = false;
  video.pause();
}
