// @ts-check
/** The live page: wires camera, reader, faces, drawing and record. Only this module knows all the others. */

import { findHindrance, Source, wordsFor } from "./camera/source.js";
import { Controls } from "./controls/controls.js";
import { Figures } from "./controls/figures.js";
import { Preferences } from "./controls/preferences.js";
import { Stage } from "./controls/stage.js";
import { Tools } from "./controls/tools.js";
import { switchPlace } from "./device/place.js";
import { FacesView } from "./faces/view.js";
import { Reader } from "./reading/reader.js";
import { Records } from "./record/records.js";
import { percent, say, sayCount } from "./shared/words.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const video = $("video");
/** Whether the frozen frame has been answered. */
let isHeld = false;
/** The words that the answering network knows. @type {string[]} */
let labels = [];

const preferences = new Preferences(() => localStorage);
const stage = new Stage($("stage"), { title: $("status-title"), detail: $("status-detail"), start: $("start"), demo: $("demo"), tool: /** @type {HTMLElement} */ (document.querySelector("[data-do=freeze]")) });
const source = new Source(video, () => stop(say("The camera stopped."), say("It was unplugged or taken by another program. Start again when it is free.")));
/** The frame of the shown answer, and the model that read it. @type {{frame: import("./camera/source.js").TakenFrame | null, model: string}} */
const shown = { frame: null, model: "" };
const view = new FacesView({ video, canvas: $("overlay"), list: $("faces"), announce: $("announce") }, (face) => explain(face));
const figures = new Figures({ fps: $("fps"), latency: $("latency"), age: $("age") }, $("quality"), onAge, () => reader.isSlow);
const records = new Records({
  ...{ minute: $("minute"), lastMinute: $("timeline"), open: $("open-record"), problem: $("open-problem") },
  ...{ section: $("session"), about: $("session-about"), timeline: $("session-timeline"), shares: $("session-shares"), moments: $("session-moments"), picture: $("save-picture"), csv: $("save-csv"), json: $("save-json") },
});
const reader = new Reader({ capture, onAnalysis, onLink, onProblem });
const tools = new Tools($("toolbar"), {
  ...{ video, screen: $("watch"), source, view, stage, records, preferences, play: $("play") },
  calibration: { dialog: $("calibrate"), countdown: $("countdown"), note: $("rest-note") },
  ...{ onFreeze: begin, onLook: readHeldAgain, onStop: () => stop(), onFlip: flip, wordsToPlay: () => ({ words: wellRead(), labels }) },
});
const controls = new Controls({ camera: $("camera"), model: $("model"), rival: $("rival"), smoothing: $("smoothing"), coach: $("coach"), keys: $("keys") }, preferences, onChoice);

switchPlace(preferences, changePlace);
$("start").addEventListener("click", () => start("camera"));
$("demo").addEventListener("click", () => start("demo"));
$("all-words").addEventListener("click", () => showAll(!preferences.get("all")));
showAll(preferences.get("all"));
$("slow-device").addEventListener("click", () => /** @type {HTMLElement | null} */ (document.querySelector("input[name=place][value=device]"))?.click());
$("help-open").addEventListener("click", () => $("help").showModal());
navigator.mediaDevices?.addEventListener("devicechange", offerCameras);
document.addEventListener("visibilitychange", onVisibility);
window.addEventListener("pagehide", () => stop());
const hindrance = findHindrance();
if (hindrance) stage.show("trouble", hindrance.title, hindrance.remedy);

/** @param {import("./camera/source.js").Kind} kind @param {string} [facing] the camera's wanted facing mode */
async function start(kind, facing) {
  reader.pause();
  stage.show(kind === "camera" ? "asking" : "connecting");
  forgetFaces();
  try {
    await source.open(kind, { id: preferences.get("camera"), facing, faces: [$("demo").dataset.portrait] });
  } catch (error) {
    const { title, remedy } = wordsFor(error);
    return stop(title, remedy);
  }
  tools.begin();
  stage.shape(source.shape.width, source.shape.height);
  stage.show("connecting");
  begin();
  await offerCameras();
}

/** @param {string} [title] what went wrong, if anything @param {string} [detail] */
function stop(title, detail) {
  const ran = source.isOpen;
  labels = [];
  source.stop();
  reader.stop();
  tools.end();
  forgetFaces();
  shown.frame = null;
  figures.stop();
  showSlow();
  records.minute.stop();
  showLink("off", say("off"));
  if (title) stage.show("trouble", title, detail);
  else if (ran) stage.show("stopped", say("Stopped."), source.kind === "demo" ? say("The demo is over. Your camera was not used.") : say("The camera is off."));
}

/** The next frame to read: a new frame, or the frozen one; null where the source gives none. @param {() => boolean} goesOn */
async function capture(goesOn) {
  const frame = await source.frame($("model").value);
  if (!frame && goesOn() && source.isOpen) showStandstill();
  return frame;
}

function showStandstill() {
  forgetFaces();
  stage.show("waiting", say("The camera gives no picture."), say("A call or another program may hold it. This page goes on as soon as it is back."));
}

/** @type {import("./reading/reader.js").ReaderListener["onAnalysis"]} */
function onAnalysis(analysis, other, frame, timing) {
  const members = view.show(analysis, reader.rival.compare(analysis.faces, other), frame, source.isFrozen);
  Object.assign(shown, { frame, model: analysis.model });
  stage.shape(source.shape.width, source.shape.height);
  records.add(members, analysis.model);
  figures.note(timing);
  showLink("on", reader.way);
  showArena(analysis, other);
  labels = Object.keys(analysis.faces[0]?.emotions ?? {}).length ? Object.keys(analysis.faces[0].emotions) : labels;
  tools.see(members);
  if (!members.length) void stage.judgeLight(frame, analysis);
  stage.live(members.length, tools.wordsNow());
  tools.tick();
  showLeftOut(analysis.left_out ?? 0);
  if (source.isFrozen) holdFrozen(members.length > 0);
}

/** @type {import("./reading/reading.js").LinkListener["onLink"]} */
function onLink(state, title = "", detail = "") {
  if (state === "connected") return showLink("on", reader.way);
  showLink("off", { connecting: say("connecting"), full: say("full"), lost: say("trying again"), silent: say("no answer") }[state]);
  if (state === "connecting") return;
  if (state !== "silent") view.readings.clear(); // the server starts new tracks
  if (isHeld || document.hidden) return; // an answered frozen picture or a hidden page needs no server
  forgetFaces();
  stage.show("waiting", title, detail);
}

/** @param {string} title @param {string} detail */
function onProblem(title, detail) {
  forgetFaces();
  stage.show("waiting", title, sentence(detail));
}

/** @param {keyof import("./controls/controls.js").Fields} name of the field that changed */
async function onChoice(name) {
  if (name === "camera" && source.isOpen) await start("camera");
  // The first calls come while Controls is still being constructed.
  if (name === "model") view.readings.forgetRest(); // a resting face holds only for the model that read it
  view.readings.threshold = Number($("model").selectedOptions[0]?.dataset.threshold) || 0;
  view.readings.smoothing_s = preferences.get("smoothing_s");
  $("model-about").textContent = $("model").selectedOptions[0]?.dataset.about ?? "";
  if (reader.rival.model !== $("rival").value) reader.rival.choose($("rival").value);
  $("arena").hidden = !reader.rival.model;
  view.observer.hints = preferences.get("coach");
  tools.keys = preferences.get("keys");
  if (name !== "keys") readHeldAgain();
}

async function offerCameras() {
  if (!source.isOpen) return;
  const { cameras, current, canFlip } = await source.cameras();
  controls.offerCameras(cameras, current);
  tools.offerFlip(canFlip);
}

/** @param {boolean} all whether the cards show every word */
function showAll(all) {
  preferences.set("all", all);
  view.showAll(all);
  $("all-words").setAttribute("aria-pressed", String(all));
}

function flip() {
  void start("camera", source.facing === "environment" ? "user" : "environment");
}

/** Reads frames at another place from now on. @param {string} place */
function changePlace(place) {
  if (place === reader.place) return;
  reader.place = place;
  view.readings.clear(); // the new place starts new tracks
  if (source.isOpen) begin();
}

/** The words for the game: those that the chosen network reads well. */
function wellRead() {
  const words = ($("model").selectedOptions[0]?.dataset.words ?? "").split(" ").filter(Boolean);
  return labels.length ? words.filter((/** @type {string} */ word) => labels.includes(word)) : words;
}

/** Offers reading on this device, if it can, while the connection to the server is slow. */
function showSlow() {
  const device = document.querySelector("input[name=place][value=device]");
  $("slow-note").hidden = !(device && reader.place === "server" && reader.isSlow && source.isOpen);
}

/** @param {number} number the number of faces that were not read */
function showLeftOut(number) {
  $("left-out").hidden = !number;
  $("left-out").textContent = number ? sayCount(number, "One more face is not read: there are too many at once.", "{count} more faces are not read: there are too many at once.") : "";
}

/** Starts or continues reading, or reads the frozen frame once more. Nothing is sent while the page is hidden. */
function begin() {
  isHeld = false;
  reader.isPatient = source.isFrozen;
  view.offerWhy(false);
  figures.start();
  records.minute.start();
  if (!document.hidden) void reader.start();
}

/** Reads a frozen picture once more, after the model or the view has changed. */
function readHeldAgain() {
  if (isHeld) begin();
}

/** Handles the answer to the frozen frame; nothing more is sent until the picture runs again. @param {boolean} hasFaces */
function holdFrozen(hasFaces) {
  isHeld = true;
  reader.pause();
  view.offerWhy(true);
  figures.hold();
  records.minute.hold();
  stage.show("live", say("Frozen"), hasFaces ? say("Press “Why?” beside a face.") : say("No face was found in it. Press Freeze again to go on."));
}

function onVisibility() {
  if (!source.isOpen) return;
  if (document.hidden) reader.pause();
  else if (!isHeld) begin();
  if (source.isFrozen) return;
  if (document.hidden) forgetFaces();
  else void source.thaw();
  stage.show(document.hidden ? "paused" : "connecting");
}

/** @param {import("./faces/emotions.js").Face} face */
async function explain(face) {
  if (!shown.frame) throw new Error(say("The picture is gone."));
  return reader.explain(shown.frame, shown.model, face);
}

/** @param {import("./faces/emotions.js").Analysis} analysis @param {import("./faces/emotions.js").Analysis | null} other */
function showArena(analysis, other) {
  const { rival } = reader;
  if (!rival.model) return;
  const words = (/** @type {import("./faces/emotions.js").Analysis | null} */ each) => (each ? `${each.timing_ms.classify.toFixed(1)} ms` : "–");
  $("arena-a").textContent = `${analysis.model}, ${words(analysis)}`;
  $("arena-b").textContent = `${rival.model}, ${words(other)}`;
  $("arena-agree").textContent = rival.agreement === null ? "" : say("They agree on {share} of the latest readings.", { share: percent(rival.agreement) });
}

/** @param {number} age_ms */
function onAge(age_ms) {
  const isStale = age_ms > reader.stale_ms;
  showSlow();
  stage.stale(isStale);
  if (isStale) view.overlay.fade();
}

function forgetFaces() {
  view.clear();
}

/** @param {"on" | "off"} state @param {string} words */
function showLink(state, words) {
  $("quality").dataset.link = state;
  $("link").textContent = words;
}

/** @param {string} words */
function sentence(words) {
  return words ? `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}` : "";
}
