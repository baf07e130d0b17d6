// @ts-check
/** The photo page: pictures chosen, dropped or pasted are sent one after the other and shown as answered. */

import { fillGlyphs } from "./glyphs.js";
import { PhotoCard } from "./photocard.js";
import { toCsv, toZip } from "./photofiles.js";
import { analysePhoto, explainFace, pictureOf } from "./photos.js";
import { saveAs } from "./save.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
/** @type {{file: File, card: PhotoCard}[]} */
let photos = [];
let read = 0; // how many of them have been
let works = false;

fillGlyphs();
$("photo-input").addEventListener("change", addChosen);
addChosen(); // who was faster than this script
document.addEventListener("paste", (event) => add([...(event.clipboardData?.files ?? [])]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
$("save-csv").addEventListener("click", () => saveAs(new Blob([toCsv(answers())], { type: "text/csv" }), "faces.csv"));
$("save-zip").addEventListener("click", saveZip);
$("clear").addEventListener("click", clear);

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
  const added = files.map((file) => ({ file, card: new PhotoCard(file.name || "Pasted picture") }));
  $("results").append(...added.map(({ card }) => card.item));
  photos.push(...added);
  added[0].card.item.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "nearest" });
  if (!works) void work();
}

async function work() {
  works = true;
  while (read < photos.length) {
    showProgress(`Reading ${read + 1} of ${photos.length} …`);
    await readOne(photos[read]);
    read++;
  }
  works = false;
  if (read) showProgress(read === 1 ? "One picture read." : `${read} pictures read.`);
}

/** @param {{file: File, card: PhotoCard}} photo */
async function readOne({ file, card }) {
  try {
    const picture = await pictureOf(file);
    card.showPicture(picture);
    const analysis = await analysePhoto(file, $("model").value);
    card.showAnalysis(analysis, picture, (face) => explainFace(file, analysis.model, face));
    picture?.close();
  } catch (error) {
    card.showProblem(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} words */
function showProgress(words) {
  $("status").textContent = words;
  $("progress").hidden = !works || photos.length < 2;
  Object.assign($("progress"), { value: read, max: photos.length });
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
  read = 0;
  $("results").replaceChildren();
  showProgress("");
}
