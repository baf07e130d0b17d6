// @ts-check
/** The photo page: pictures chosen, dropped or pasted are sent one after the other and shown as answered. */

import { fillGlyphs } from "./faces/glyphs.js";
import { PhotoCard } from "./photos/photocard.js";
import { toCsv, toZip } from "./photos/photofiles.js";
import { analysePhoto, explainFace, pictureOf } from "./photos/photos.js";
import { saveAs } from "./shared/save.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
/** @type {{file: File, card: PhotoCard, isRead: boolean}[]} */
let photos = [];
let works = false;

fillGlyphs();
$("photo-input").addEventListener("change", addChosen);
addChosen(); // who was faster than this script
document.addEventListener("paste", (event) => add([...(event.clipboardData?.files ?? [])]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
$("save-csv").addEventListener("click", () => saveAs(new Blob([toCsv(answers())], { type: "text/csv" }), "faces.csv"));
$("save-zip").addEventListener("click", saveZip);
$("clear").addEventListener("click", clear);
$("model").addEventListener("change", readAgain);

/** The whole page takes a drop: one that missed would make the browser leave. @param {any} event */
function onDrag(event) {
  event.preventDefault();
  $("drop").toggleAttribute("data-over", event.type === "dragover");
  if (event.type === "drop") add([...event.dataTransfer.files]);
}

function addChosen() {
  add([...$("photo-input").files]);
  $("photo-input").value = ""; // so that the same file can be chosen again
}

/** @param {File[]} files */
function add(files) {
  if (!files.length) return;
  const added = files.map((file) => ({ file, card: new PhotoCard(file.name || "Pasted picture"), isRead: false }));
  $("results").append(...added.map(({ card }) => card.item));
  photos.push(...added);
  added[0].card.item.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "nearest" });
  if (!works) void work();
}

async function work() {
  works = true;
  const unread = () => photos.find(({ isRead }) => !isRead);
  for (let photo = unread(); photo; photo = unread()) {
    showProgress(`Reading ${photos.indexOf(photo) + 1} of ${photos.length} …`);
    await readOne(photo);
    photo.isRead = true;
  }
  works = false;
  showProgress(photos.length === 1 ? "One picture read." : `${photos.length} pictures read.`);
}

/** @param {typeof photos[number]} photo */
async function readOne({ file, card }) {
  const picture = await pictureOf(file);
  try {
    card.showPicture(picture);
    const analysis = await analysePhoto(file, $("model").value);
    card.showAnalysis(analysis, picture, (face) => explainFace(file, analysis.model, face));
  } catch (error) {
    card.showProblem(error instanceof Error ? error.message : String(error));
  } finally {
    picture?.close();
  }
}

/** @param {string} words */
function showProgress(words) {
  $("status").textContent = words;
  $("progress").hidden = !works || photos.length < 2;
  Object.assign($("progress"), { value: photos.filter(({ isRead }) => isRead).length, max: photos.length });
  $("all-tools").hidden = works || !photos.length;
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
  showProgress("");
}

/** All photos once more, by the model that was just chosen. */
function readAgain() {
  const files = photos.map(({ file }) => file);
  clear();
  add(files);
}
