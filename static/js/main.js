// @ts-check
/** The live page: camera → encoder → server → readings → drawing. The one module that knows the others. */

import { io } from "../vendor/socket.io-4.8.4.esm.min.js";
import { Announcer } from "./faces/announcer.js";
import { CameraProblem, findHindrance, idOf, listCameras, openCamera } from "./camera/camera.js";
import { nextFrame } from "./camera/capture.js";
import { Controls } from "./controls/controls.js";
import { openDemo } from "./camera/demo.js";
import { colourOfNumber } from "./drawing/drawing.js";
import { percent } from "./faces/emotions.js";
import { Encoder } from "./reading/encoder.js";
import { FaceList } from "./faces/facelist.js";
import { Figures } from "./controls/figures.js";
import { fillGlyphs } from "./faces/glyphs.js";
import { Minute } from "./record/minute.js";
import { Observer } from "./faces/observer.js";
import { Overlay } from "./drawing/overlay.js";
import { Player } from "./camera/player.js";
import { Preferences } from "./controls/preferences.js";
import { Readings } from "./faces/readings.js";
import { Recorder } from "./record/recorder.js";
import { Rival } from "./reading/rival.js";
import { explainFace } from "./photos/photos.js";
import { parse } from "./record/session.js";
import { SessionView } from "./record/sessionview.js";
import { Stage } from "./controls/stage.js";
import { Stream } from "./reading/stream.js";
import { Tools } from "./controls/tools.js";
import { Why } from "./faces/why.js";

const STALE_MS = 1000;
const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const settings = JSON.parse($("settings").textContent);
const video = $("video");

const preferences = new Preferences(() => localStorage);
const stage = new Stage($("stage"), { title: $("status-title"), detail: $("status-detail"), start: $("start"), demo: $("demo"), stop: $("stop"), tool: /** @type {HTMLElement} */ (document.querySelector("[data-do=freeze]")) });
const player = new Player(video, () => stop("The camera stopped.", "It was unplugged or taken by another program. Start again when it is free."));
const overlay = new Overlay($("overlay"), video);
const faces = new FaceList($("faces"), colourOfNumber, (member) => why.toggle(member));
/** The frame that was sent last, and which model read it. */
const last = { frame: new Blob(), model: "" };
const why = new Why(faces, (face) => explainFace(last.frame, last.model, face), showMaps);
const announcer = new Announcer($("announce"));
const encoder = new Encoder();
const observer = new Observer((places) => encoder.look(places));
const readings = new Readings();
const figures = new Figures({ fps: $("fps"), latency: $("latency"), age: $("age") }, onAge);
const minute = new Minute($("minute"), $("timeline"), colourOfNumber);
const recorder = new Recorder();
const session = new SessionView(
  { section: $("session"), about: $("session-about"), timeline: $("session-timeline"), shares: $("session-shares"), moments: $("session-moments"), csv: $("save-csv"), json: $("save-json") },
  colourOfNumber,
);
const tools = new Tools($("toolbar"), {
  ...{ video, player, overlay, stage, observer, readings, recorder, minute, preferences, onFreeze: begin },
  restNote: $("rest-note"),
  onSession: (taken) => session.show(taken),
});
const rival = new Rival(io);
const stream = new Stream(io, { onAnalysis, onLink, onProblem });
const controls = new Controls({ camera: $("camera"), model: $("model"), rival: $("rival"), smoothing: $("smoothing"), coach: $("coach"), keys: $("keys") }, preferences, onChoice);
/** What the second model says of the frame in flight. @type {Promise<import("./faces/emotions.js").Analysis | null>} */
let rivalAnswer = Promise.resolve(null);
/** Whether the answer to a frozen frame itself is there. */
let isHeld = false;

fillGlyphs();
$("start").addEventListener("click", () => start(() => openCamera(preferences.get("camera")), "asking"));
$("demo").addEventListener("click", () => start(() => openDemo($("demo").dataset.portrait), "connecting"));
$("stop").addEventListener("click", () => stop());
$("open-record").addEventListener("change", openRecord);
navigator.mediaDevices?.addEventListener("devicechange", offerCameras);
document.addEventListener("visibilitychange", onVisibility);
window.addEventListener("pagehide", () => stop());
const hindrance = findHindrance();
if (hindrance) stage.show("trouble", hindrance.title, hindrance.remedy);

/** @param {() => Promise<MediaStream>} open @param {import("./controls/stage.js").State} state while it opens */
async function start(open, state) {
  stream.pause();
  stage.show(state);
  player.stop(); // before the next one opens: some phones lend only one camera at a time
  forgetFaces();
  try {
    await player.play(await open());
  } catch (error) {
    const known = error instanceof CameraProblem ? error : new CameraProblem("The picture did not start.", String(error));
    return stop(known.title, known.remedy);
  }
  tools.begin(state === "asking");
  stage.shape(video.videoWidth, video.videoHeight);
  stage.show("connecting");
  begin();
  await offerCameras();
}

/** @param {string} [title] what went wrong, if something did @param {string} [detail] */
function stop(title, detail) {
  const ran = player.stream !== null;
  player.stop();
  stream.stop();
  rival.rest();
  tools.end();
  forgetFaces();
  last.frame = new Blob();
  encoder.forget();
  figures.stop();
  minute.stop();
  showLink("off", "off");
  if (title) stage.show("trouble", title, detail);
  else if (ran) stage.show("stopped");
}

/** The next frame to send: a new one, or the frozen one as it is; null where there is none or none is wanted any more. @param {() => boolean} goesOn */
async function capture(goesOn) {
  const captured_ms = player.isFrozen ? performance.now() : await nextFrame(video);
  if (captured_ms === null) {
    if (goesOn()) showStandstill();
    return null;
  }
  let bytes = await encoder.encode(video);
  if (bytes && bytes.byteLength > settings.max_frame_bytes) bytes = await encoder.encode(video, 320, 0.5);
  if (!bytes || !goesOn()) return null;
  if (bytes.byteLength > settings.max_frame_bytes) {
    stage.show("waiting", "The frame is too large.", "The server takes smaller frames than this camera gives.");
    return null;
  }
  rivalAnswer = rival.ask(bytes);
  last.frame = new Blob([bytes], { type: "image/jpeg" });
  return { bytes, captured_ms };
}

function showStandstill() {
  forgetFaces();
  stage.show("waiting", "The camera gives no picture.", "A call or another program may hold it. This page goes on as soon as it is back.");
}

/** @type {import("./reading/stream.js").Listener["onAnalysis"]} */
async function onAnalysis(analysis, timing, goesOn) {
  const other = rival.model ? await rivalAnswer : null;
  if (!goesOn()) return; // stopped, paused or frozen meanwhile
  const now_ms = performance.now();
  const members = readings.update(rival.compare(analysis.faces, other), now_ms).map((member) => ({ ...member, isPoor: observer.isPoor(member.number) }));
  void observer.observe(members, (number, hint, pixels) => faces.advise(number, hint, pixels));
  stage.shape(video.videoWidth, video.videoHeight);
  overlay.show(members, analysis.width, analysis.height);
  faces.show(members);
  announcer.tell(members);
  minute.add(members);
  recorder.add(members, analysis.model);
  figures.note(timing);
  showArena(analysis, other);
  stage.live(members.length, tools.wordsNow());
  tools.showRest();
  last.model = analysis.model;
  if (player.isFrozen) holdFrozen(members.length > 0);
}

/** @type {import("./reading/stream.js").Listener["onLink"]} */
function onLink(state, words = "") {
  if (state === "connected") return showLink("on", stream.transport);
  showLink("off", { connecting: "connecting", full: "full", lost: "trying again" }[state]);
  if (state === "connecting") return;
  readings.clear(); // the server will follow the faces anew
  if (player.isFrozen || document.hidden) return; // what stands there needs no server
  forgetFaces();
  if (state === "full") stage.show("waiting", "The server is full.", `${sentence(words)} This page tries again by itself.`);
  else stage.show("waiting", words, "This page connects again by itself as soon as it is back.");
}

/** @type {import("./reading/stream.js").Listener["onProblem"]} */
function onProblem(title, detail) {
  forgetFaces();
  stage.show("waiting", title, sentence(detail));
}

/** @param {keyof import("./controls/controls.js").Fields} name of the field that changed */
async function onChoice(name) {
  if (name === "camera" && player.stream) await start(() => openCamera(preferences.get("camera")), "asking");
  // The first calls come while the fields themselves are being made.
  stream.model = $("model").value;
  if (name === "model") readings.forgetRest(); // another model reads another rest
  readings.threshold = Number($("model").selectedOptions[0]?.dataset.threshold) || 0;
  readings.smoothing_s = preferences.get("smoothing_s");
  if (rival.model !== $("rival").value) rival.choose($("rival").value);
  $("arena").hidden = !rival.model;
  observer.hints = preferences.get("coach");
  tools.keys = preferences.get("keys");
}

async function offerCameras() {
  if (player.stream) controls.offerCameras(await listCameras(), idOf(player.stream));
}

/** Reads the picture from here: it starts or goes on, or was frozen and is read once more as it stands. Nothing is sent while the page is hidden. */
function begin() {
  isHeld = false;
  why.clear(false);
  figures.start();
  minute.start();
  if (!document.hidden) stream.start(capture);
}

/** The answer to the frozen frame itself is there: nothing more is sent until it thaws. @param {boolean} hasFaces */
function holdFrozen(hasFaces) {
  isHeld = true;
  stream.pause();
  why.clear(true);
  figures.hold();
  minute.hold();
  stage.show("live", "Frozen", hasFaces ? "Ask “Why?” beside a face." : "Space or Freeze goes on.");
}

async function openRecord() {
  $("open-problem").textContent = "";
  try {
    session.show(parse(await $("open-record").files[0].text()));
  } catch (error) {
    $("open-problem").textContent = error instanceof SyntaxError ? "This is not a record of a session." : String(error instanceof Error ? error.message : error);
  }
  $("open-record").value = "";
}

function onVisibility() {
  if (!player.stream) return;
  if (document.hidden) stream.pause();
  else if (!isHeld) begin();
  if (player.isFrozen) return;
  if (document.hidden) forgetFaces();
  else void player.thaw();
  stage.show(document.hidden ? "paused" : "connecting");
}

/** @param {import("./faces/emotions.js").Analysis} analysis @param {import("./faces/emotions.js").Analysis | null} other */
function showArena(analysis, other) {
  if (!rival.model) return;
  const words = (/** @type {import("./faces/emotions.js").Analysis | null} */ each) => (each ? `${each.timing_ms.classify.toFixed(1)} ms` : "–");
  $("arena-a").textContent = `${analysis.model}, ${words(analysis)}`;
  $("arena-b").textContent = `${rival.model}, ${words(other)}`;
  $("arena-agree").textContent = rival.agreement === null ? "" : `They agree on ${percent(rival.agreement)} of the latest readings.`;
}

/** @param {number} age_ms */
function onAge(age_ms) {
  stage.stale(age_ms > STALE_MS);
  if (age_ms > STALE_MS) overlay.fade();
}

/** @param {import("./faces/heat.js").Explanation[]} maps */
function showMaps(maps) {
  overlay.maps = maps;
  overlay.redraw();
}

function forgetFaces() {
  why.clear(false);
  readings.clear();
  observer.clear();
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
