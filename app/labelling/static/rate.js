// @ts-check
/** The page on which faces are rated: shows one, takes the answer by key or tap, keeps the next ones ready. */

import { ask, find, newKey, Refusal } from "./ask.js";

/** @typedef {{face: number, picture: string, photo: string | null}} Face */
/** @typedef {{faces: Face[], progress: {done: number, left: number}, looking: boolean}} Ahead */

const TEXTS = JSON.parse(find("texts").textContent);
const RETRY_MS = 2000;
const LOOK_AGAIN_MS = 1000;
const IDLE_MS = 15000;

const words = /** @type {HTMLButtonElement[]} */ ([...find("words").children]);
/** @type {Face[]} */
let faces = [];
/** @type {Set<string>} */
const chosen = new Set();
let isBusy = false;
let isSeveral = false;
let timer = 0;

/** @param {string | string[]} answer */
function vote(answer) {
  if (!faces.length || isBusy) return;
  send("api/votes", { key: newKey(), face: faces[0].face, answer });
}

function undo() {
  if (!isBusy) send("api/undo", { key: newKey() });
}

/** Sends until it is kept: the same key makes the same vote, however often it comes. @param {string} path @param {object} content */
async function send(path, content) {
  isBusy = true;
  document.body.dataset.busy = "yes";
  for (;;) {
    try {
      show(await ask(path, content));
      say("");
      break;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status && refusal.status < 500 && refusal.status !== 429) {
        say(`${TEXTS.refused} ${refusal.message}`);
        if (refusal.status === 409) look();
        break;
      }
      say(TEXTS.offline);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  isBusy = false;
  delete document.body.dataset.busy;
}

/** Asks for faces, and again in a while where there are none. */
async function look() {
  clearTimeout(timer);
  try {
    show(await ask("api/next"));
    if (find("status").textContent === TEXTS.offline) say("");
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.status === 401) location.reload();
    say(TEXTS.offline);
    timer = setTimeout(look, RETRY_MS);
  }
}

/** @param {Ahead} ahead */
function show(ahead) {
  clearTimeout(timer);
  faces = ahead.faces;
  choose(false);
  showProgress(ahead.progress);
  find("seen").hidden = find("asked").hidden = !faces.length;
  find("rest").hidden = faces.length > 0;
  if (faces.length) showFace(faces[0]);
  else showRest(ahead);
  for (const face of faces.slice(1)) load(face);
}

/** @param {Face} face */
function showFace(face) {
  find("face").src = face.picture;
  find("whole").hidden = !face.photo;
  find("whole").setAttribute("aria-expanded", "false");
  if (face.photo) find("photo").src = face.photo;
}

/** @param {Ahead} ahead */
function showRest(ahead) {
  find("face").removeAttribute("src");
  find("rest-title").textContent = ahead.looking ? TEXTS.looking : TEXTS.finished_title;
  find("rest-words").textContent = ahead.looking ? "" : TEXTS.finished_words;
  find("undo-rest").hidden = !ahead.progress.done;
  timer = setTimeout(look, ahead.looking ? LOOK_AGAIN_MS : IDLE_MS);
}

/** @param {{done: number, left: number}} progress */
function showProgress({ done, left }) {
  find("bar").max = Math.max(1, done + left);
  find("bar").value = done;
  find("far").textContent = TEXTS.progress.replace("{done}", done).replace("{left}", left);
  find("undo").disabled = !done;
}

/** @param {Face} face */
function load(face) {
  for (const source of [face.picture, face.photo]) if (source) new Image().src = source;
}

/** Whether several words are being chosen, none of them yet. @param {boolean} several */
function choose(several) {
  isSeveral = several;
  chosen.clear();
  find("several").setAttribute("aria-pressed", String(several));
  find("hint").hidden = find("send").hidden = !several;
  find("cant-tell").hidden = find("no-face").hidden = find("undo").hidden = several;
  showChosen();
}

function showChosen() {
  for (const button of words) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.word || "")));
  find("send").disabled = !chosen.size;
}

/** @param {string} word @param {boolean} isOneOfSeveral */
function take(word, isOneOfSeveral) {
  if (!faces.length || isBusy) return;
  if (!isSeveral && !isOneOfSeveral) return vote([word]);
  if (!isSeveral) choose(true);
  if (!chosen.delete(word)) chosen.add(word);
  showChosen();
}

function sendChosen() {
  if (chosen.size) vote([...chosen]);
}

/** @param {string} words */
function say(words) {
  find("status").textContent = words;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const button = digit && words[Number(digit) - 1];
  const onButton = event.target instanceof HTMLButtonElement;
  if (button) take(button.dataset.word || "", event.shiftKey);
  else if (digit === "0") vote("cant_tell");
  else if (event.key === "n" || event.key === "N") vote("no_face");
  else if (event.key === "Backspace") undo();
  else if (event.key === "Enter" && isSeveral && !onButton) sendChosen();
  else if (event.key === "Escape") choose(false);
  else return;
  event.preventDefault();
}

for (const button of words) button.addEventListener("click", (event) => take(button.dataset.word || "", event.shiftKey));
find("several").addEventListener("click", () => choose(!isSeveral));
find("send").addEventListener("click", sendChosen);
find("cant-tell").addEventListener("click", () => vote("cant_tell"));
find("no-face").addEventListener("click", () => vote("no_face"));
find("undo").addEventListener("click", undo);
find("undo-rest").addEventListener("click", undo);
find("whole").addEventListener("click", () => {
  const isLarge = find("whole").getAttribute("aria-expanded") === "true";
  find("whole").setAttribute("aria-expanded", String(!isLarge));
});
find("face").addEventListener("error", async () => {
  if (!find("face").hasAttribute("src")) return;
  await look();
  say(TEXTS.gone);
});
document.addEventListener("keydown", onKey);
look();
