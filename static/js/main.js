// @ts-check
/** The live page: camera → encoder → server → drawing. The one module that knows the others. */

import { io } from "../vendor/socket.io-4.8.4.esm.min.js";
import { CameraProblem, closeCamera, idOf, listCameras, looksAway, openCamera, watchCamera } from "./camera.js";
import { nextFrame } from "./capture.js";
import { Cast } from "./cast.js";
import { Encoder } from "./encoder.js";
import { FaceList } from "./facelist.js";
import { Figures } from "./figures.js";
import { fillGlyphs } from "./glyphs.js";
import { Overlay, colourOfNumber } from "./overlay.js";
import { Stage } from "./stage.js";
import { Stream } from "./stream.js";

const STALE_MS = 1000;
const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const settings = JSON.parse($("settings").textContent);

const stage = new Stage($("stage"), { title: $("status-title"), detail: $("status-detail"), start: $("start"), stop: $("stop") });
const overlay = new Overlay($("overlay"), $("video"));
const faces = new FaceList($("faces"), colourOfNumber);
const cast = new Cast();
const encoder = new Encoder();
const figures = new Figures({ fps: $("fps"), latency: $("latency"), age: $("age") }, onAge);
const stream = new Stream(io, { onAnalysis, onLink, onProblem });
/** @type {MediaStream | null} */
let camera = null;

fillGlyphs();
$("start").addEventListener("click", start);
$("stop").addEventListener("click", () => stop());
$("camera").addEventListener("change", switchCamera);
$("model").addEventListener("change", () => (stream.model = $("model").value));
navigator.mediaDevices?.addEventListener("devicechange", offerCameras);
document.addEventListener("visibilitychange", onVisibility);
window.addEventListener("pagehide", () => stop());
stream.model = $("model").value;

async function start() {
  stage.show("asking");
  try {
    await openWith(remembered("camera"));
  } catch (error) {
    closeCamera(camera);
    camera = null;
    const known = error instanceof CameraProblem ? error : new CameraProblem("The picture did not start.", String(error));
    return stage.show("trouble", known.title, known.remedy);
  }
  stage.show("connecting");
  figures.start();
  stream.start(capture);
}

/** @param {string} [title] @param {string} [detail] */
function stop(title, detail) {
  if (!camera) return;
  stream.stop();
  closeCamera(camera);
  camera = null;
  $("video").srcObject = null;
  forgetFaces();
  figures.stop();
  showLink("off", "off");
  title ? stage.show("trouble", title, detail) : stage.show("stopped");
}

/** @param {string} [id] */
async function openWith(id) {
  closeCamera(camera); // before the next one: some phones lend only one at a time
  camera = await openCamera(id);
  watchCamera(camera, () => stop("The camera stopped.", "It was unplugged or taken by another program. Start again when it is free."));
  const video = $("video");
  video.srcObject = camera;
  await video.play();
  overlay.mirrored = !looksAway(camera);
  stage.shape(video.videoWidth, video.videoHeight, overlay.mirrored);
  await offerCameras();
}

async function switchCamera() {
  remember("camera", $("camera").value);
  if (!camera) return;
  try {
    await openWith($("camera").value);
  } catch (error) {
    stop("That camera did not start.", error instanceof Error ? error.message : "");
  }
}

async function offerCameras() {
  const cameras = await listCameras();
  if (!cameras.length || !camera) return;
  const current = idOf(camera);
  $("camera").replaceChildren(...cameras.map(({ id, name }) => new Option(name, id, id === current, id === current)));
  $("camera").disabled = cameras.length < 2;
}

async function capture() {
  const captured_ms = await nextFrame($("video"));
  if (captured_ms === null) return null;
  let bytes = await encoder.encode($("video"));
  if (bytes && bytes.byteLength > settings.max_frame_bytes) bytes = await encoder.encode($("video"), 320, 0.5);
  if (bytes && bytes.byteLength > settings.max_frame_bytes) {
    stage.show("live", "Frame too large", "The server takes smaller frames than this camera gives.");
    return null;
  }
  return bytes && { bytes, captured_ms };
}

/** @type {import("./stream.js").Listener["onAnalysis"]} */
function onAnalysis(analysis, timing) {
  const members = cast.update(analysis.faces, performance.now());
  stage.shape($("video").videoWidth, $("video").videoHeight, overlay.mirrored);
  overlay.show(members, analysis.width, analysis.height);
  faces.show(members);
  figures.note(timing);
  stage.live(members.length);
}

/** @type {import("./stream.js").Listener["onLink"]} */
function onLink(state, words = "") {
  if (state === "connected") return showLink("on", stream.transport);
  showLink("off", { connecting: "connecting", full: "full", lost: "trying again" }[state]);
  if (state === "connecting") return;
  forgetFaces();
  if (state === "full") stage.show("waiting", "The server is full.", `${sentence(words)} This page tries again by itself.`);
  else stage.show("waiting", "The server cannot be reached.", "This page connects again by itself as soon as it is back.");
}

/** @type {import("./stream.js").Listener["onProblem"]} */
function onProblem({ title, detail }) {
  forgetFaces();
  stage.show("waiting", `The server refused the frame: ${title}.`, sentence(detail));
}

function onVisibility() {
  if (!camera) return;
  if (document.hidden) {
    stream.pause();
    forgetFaces();
    stage.show("paused");
  } else {
    stage.show("connecting");
    stream.start(capture);
  }
}

/** @param {number} age_ms */
function onAge(age_ms) {
  stage.stale(age_ms > STALE_MS);
  if (age_ms > STALE_MS) overlay.fade();
}

function forgetFaces() {
  cast.clear();
  overlay.clear();
  faces.show([]);
}

/** @param {"on" | "off"} state @param {string} words */
function showLink(state, words) {
  $("link").dataset.link = state;
  $("link").textContent = words;
}

/** @param {string} words */
function sentence(words) {
  return words ? `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}` : "";
}

/** @param {string} name */
function remembered(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return ""; // storage may be forbidden
  }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing is lost but the comfort
  }
}
