// @ts-check
/** The frames of a film that the browser can play, shown one by one at the film's own times. */

import { Encoder } from "../reading/encoder.js";
import { say } from "../shared/words.js";

/** @typedef {import("../reading/reading.js").Frame} Frame */

const LEAST_SIDE_PX = 640; // a film need not be read in real time, so its frames are never sent smaller
const LEAST_QUALITY = 0.8;
const USUAL_S = 1 / 30; // between two frames where the browser reports no frame times
const PROBES = 8;
const PROBE_MS = 1500;
const SHOWN_MS = 600; // the wait for the frame after a seek; no frame comes where it is shown already
const END_S = 0.001;
const FAR_S = 1e7;

export class FilmFrames {
  #video;
  #encoder = new Encoder();
  #number = 0;
  /** The time of the shown frame, where the browser reports it. @type {number | null} */
  #shown_s = null;
  /** @type {(time_s: number) => void} */
  #onShown = () => {};
  /** The least time between two frames so far, in seconds. */
  step_s = USUAL_S;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /** The film's length in seconds. */
  get length_s() {
    return this.#video.duration;
  }

  /** Opens a film; rejects with a message for the person where this browser cannot play it. @param {string} address */
  async open(address) {
    const video = this.#video;
    Object.assign(video, { src: address, muted: true, playsInline: true, preload: "auto" });
    await new Promise((resolve, reject) => {
      video.addEventListener("loadeddata", resolve, { once: true });
      video.addEventListener("error", () => reject(new Error(say("This browser does not play this film."))), { once: true });
    });
    if (!video.videoWidth) throw new Error(say("There is no picture in this film, only sound."));
    if (!Number.isFinite(video.duration)) await this.#findEnd();
    this.step_s = await this.#probe();
    this.#follow();
    await this.seek(0);
  }

  /** Shows the frame at a time; resolves to the frame's own time in seconds. @param {number} at_s */
  async seek(at_s) {
    const video = this.#video;
    /** @type {Promise<number>} */
    const shown = new Promise((resolve) => (this.#onShown = resolve));
    const sought = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
    video.currentTime = Math.max(0, Math.min(at_s, video.duration - END_S));
    await sought;
    const time_s = (await Promise.race([shown, passed(SHOWN_MS)])) ?? this.#shown_s;
    return time_s === null || document.hidden ? video.currentTime : time_s; // a hidden page reports no frames
  }

  /** A time within the frame that comes `steps` frames later. @param {number} time_s the present frame's own time @param {number} steps */
  after(time_s, steps) {
    return time_s + (steps + 0.3) * this.step_s;
  }

  /** The shown frame, in the form that a reading takes. @param {number} time_s its own time @param {string} model @returns {Frame} */
  frame(time_s, model) {
    const [video, encoder, number] = [this.#video, this.#encoder, ++this.#number];
    return {
      captured_ms: performance.now(),
      model,
      time_ms: Math.round(time_s * 1e6) / 1e3,
      encode: (side_px, quality) => encoder.encode(video, number, Math.max(side_px, LEAST_SIDE_PX), Math.max(quality, LEAST_QUALITY)),
      pixels: (side_px) => encoder.pixels(video, number, Math.max(side_px, LEAST_SIDE_PX)),
      look: (places) => encoder.look(number, places),
    };
  }

  /** Releases the film. */
  close() {
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#encoder.forget();
  }

  /** Finds the length by seeking far beyond the end, because browsers' recordings do not contain it. */
  async #findEnd() {
    const found = new Promise((resolve) => this.#video.addEventListener("durationchange", resolve, { once: true }));
    this.#video.currentTime = FAR_S;
    await found;
  }

  /** Notes the time of each frame that is shown. */
  #follow() {
    this.#video.requestVideoFrameCallback?.((_now, { mediaTime }) => {
      this.#shown_s = mediaTime;
      this.#onShown(mediaTime);
      this.#follow();
    });
  }

  /** Plays the first frames; resolves to the least time between two of them. */
  async #probe() {
    const video = this.#video;
    if (!video.requestVideoFrameCallback) return USUAL_S;
    /** @type {number[]} */
    const times = [];
    const noted = new Promise((resolve) => {
      const note = (/** @type {number} */ _now, /** @type {VideoFrameCallbackMetadata} */ { mediaTime }) => {
        times.push(mediaTime);
        times.length < PROBES ? video.requestVideoFrameCallback(note) : resolve(null);
      };
      video.requestVideoFrameCallback(note);
      video.addEventListener("ended", resolve, { once: true });
    });
    await video.play().catch(() => {}); // where playing is not allowed, USUAL_S is used
    await Promise.race([noted, passed(PROBE_MS)]);
    video.pause();
    return stepOf(times);
  }
}

/** The least time between two shown frames. @param {number[]} times_s */
export function stepOf(times_s) {
  const steps = times_s.slice(1).map((time_s, i) => time_s - times_s[i]).filter((step_s) => step_s > END_S);
  return steps.length ? Math.min(...steps) : USUAL_S;
}

/** @param {number} wait_ms @returns {Promise<null>} */
function passed(wait_ms) {
  return new Promise((resolve) => setTimeout(resolve, wait_ms, null));
}
