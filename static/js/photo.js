// @ts-check
/** The photo page: takes chosen, dropped and pasted files, tells their kind by content, and reads and shows them one after the other. */

import { Preferences } from "./controls/preferences.js";
import { switchPlace } from "./device/place.js";
import { fillGlyphs } from "./faces/glyphs.js";
import { filesIn } from "./photos/dropped.js";
import { OPENERS } from "./photos/openers.js";
import { PhotoCard } from "./photos/photocard.js";
import { toCsv, toZip } from "./photos/photofiles.js";
import { kindOfFile, openPicture } from "./photos/picture.js";
import { photoReader } from "./photos/places.js";
import { showSummary } from "./photos/summary.js";
import { saveAs } from "./shared/save.js";
import { say, sayCount } from "./shared/words.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const COMPACT_FROM = 4; // from this number on, cards show only their picture and a line, and open when clicked
const preferences = new Preferences(() => localStorage);
/** @type {{file: File, card: PhotoCard, isDone: boolean}[]} */
let photos = [];
let works = false;
let place = "server"; // where photos are read

fillGlyphs();
rememberModel();
switchPlace(preferences, changePlace);
$("photo-input").addEventListener("change", addChosen);
addChosen(); // files that were chosen before this script ran
document.addEventListener("paste", (event) => add([...(event.clipboardData?.files ?? [])]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => void onDrag(event));
$("save-csv").addEventListener("click", () => saveAs(new Blob([toCsv(answers())], { type: "text/csv" }), "faces.csv"));
$("save-zip").addEventListener("click", saveZip);
$("clear").addEventListener("click", clear);

function rememberModel() {
  const field = $("model");
  const kept = preferences.get("model");
  if ([...field.options].some((option) => option.value === kept)) field.value = kept;
  field.addEventListener("change", () => {
    preferences.set("model", field.value);
    readAgain();
  });
}

/** Reads photos at another place from now on. @param {string} chosen */
function changePlace(chosen) {
  if (chosen === place) return;
  place = chosen;
  readAgain();
}

/** Reads all photos once more, after the model or the place has changed. */
function readAgain() {
  const files = photos.map(({ file }) => file);
  clear();
  add(files);
}

/** Takes drops anywhere on the page, because a drop beside the drop area would make the browser leave the page. @param {any} event */
async function onDrag(event) {
  event.preventDefault();
  $("drop").toggleAttribute("data-over", event.type === "dragover");
  if (event.type !== "drop") return;
  const { files, isLink } = await filesIn(event.dataTransfer);
  if (isLink) showProgress(say("That is a link, not a picture. Save the picture first, then drop the file."));
  else if (!files.length) showProgress(say("There is no file in what was dropped."));
  add(files);
}

function addChosen() {
  add([...$("photo-input").files]);
  $("photo-input").value = ""; // so that the same file can be chosen again
}

/** @param {File[]} files */
function add(files) {
  if (!files.length) return;
  const added = files.map((file) => ({ file, card: new PhotoCard(file.name || say("Pasted picture")), isDone: false }));
  $("results").append(...added.map(({ card }) => card.item));
  photos.push(...added);
  $("results").toggleAttribute("data-compact", photos.length >= COMPACT_FROM);
  added[0].card.item.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "nearest" });
  if (!works) void work();
}

async function work() {
  works = true;
  const waiting = () => photos.find(({ isDone }) => !isDone);
  for (let photo = waiting(); photo; photo = waiting()) {
    showProgress(say("Reading {number} of {count} …", { number: photos.indexOf(photo) + 1, count: photos.length }));
    await readOne(photo);
    photo.isDone = true;
    showSummary($("summary"), answers().map(({ analysis }) => analysis));
  }
  works = false;
  showProgress(outcome());
}

/** Reads one file according to its kind. @param {typeof photos[number]} photo */
async function readOne({ file, card }) {
  let bitmap = null;
  try {
    const kind = await kindOfFile(file);
    const opener = OPENERS[kind];
    if (opener) {
      card.item.remove();
      return await (await opener()).open(file, { results: $("results"), model: $("model").value, place });
    }
    const picture = await openPicture(file, kind);
    bitmap = picture.bitmap;
    card.showPicture(bitmap, picture.note);
    const reader = await photoReader(place);
    const analysis = await reader.analyse(picture.sent, $("model").value);
    card.showAnalysis(analysis, bitmap, (face) => reader.explain(picture.sent, analysis.model, face));
  } catch (error) {
    card.showProblem(error instanceof Error ? error.message : String(error));
  } finally {
    bitmap?.close();
  }
}

/** Shows how many photos were read and how many failed; films report on their own cards. */
function outcome() {
  const pictures = photos.filter(({ card }) => card.item.isConnected);
  const failed = pictures.filter(({ card }) => card.item.dataset.state === "error").length;
  const read = pictures.length - failed;
  const words = [read ? sayCount(read, "One picture read.", "{count} pictures read.") : "", failed ? sayCount(failed, "One file could not be read.", "{count} files could not be read.") : ""];
  return words.filter(Boolean).join(" ");
}

/** @param {string} words */
function showProgress(words) {
  $("status").textContent = words;
  $("progress").hidden = !works || photos.length < 2;
  Object.assign($("progress"), { value: photos.filter(({ isDone }) => isDone).length, max: photos.length });
  $("all-tools").hidden = works || !photos.length;
  $("save-zip").hidden = $("save-csv").hidden = !answers().length;
}

function answers() {
  return photos.flatMap(({ card }) => (card.analysis ? [{ name: card.name, analysis: card.analysis, card }] : []));
}

async function saveZip() {
  const drawn = await Promise.all(answers().map(async ({ card, ...answer }) => ({ ...answer, drawn: await card.drawn() })));
  saveAs(await toZip(drawn), "faces.zip");
}

function clear() {
  photos = [];
  $("results").replaceChildren();
  showSummary($("summary"), []);
  showProgress("");
}
