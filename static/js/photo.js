// @ts-check
/** The photo page: pictures chosen, dropped or pasted are sent one after the other and shown as answered. */

import { fillGlyphs } from "./glyphs.js";
import { PhotoCard } from "./photocard.js";
import { analysePhoto, pictureOf } from "./photos.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
/** @type {{file: File, card: PhotoCard}[]} */
const queue = [];
let works = false;

fillGlyphs();
$("photo-input").addEventListener("change", () => {
  add([...$("photo-input").files]);
  $("photo-input").value = ""; // so that the same file can be chosen again
});
document.addEventListener("paste", (event) => add([...(event.clipboardData?.files ?? [])]));
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);

/** The whole page takes a drop: one that missed would make the browser leave. @param {any} event */
function onDrag(event) {
  event.preventDefault();
  $("drop").toggleAttribute("data-over", event.type === "dragover");
  if (event.type === "drop") add([...event.dataTransfer.files]);
}

/** @param {File[]} files */
function add(files) {
  const cards = files.map((file) => ({ file, card: new PhotoCard(file.name || "Pasted picture") }));
  $("results").prepend(...cards.map(({ card }) => card.item));
  queue.push(...cards);
  if (cards.length) $("results").scrollIntoView({ behavior: "smooth", block: "nearest" });
  if (!works) void work();
}

async function work() {
  works = true;
  let done = 0;
  for (let next = queue.shift(); next; next = queue.shift()) {
    $("status").textContent = `Reading ${done + 1} of ${done + 1 + queue.length} …`;
    await read(next.file, next.card);
    done++;
  }
  $("status").textContent = done === 1 ? "One picture read." : `${done} pictures read.`;
  works = false;
}

/** @param {File} file @param {PhotoCard} card */
async function read(file, card) {
  try {
    const picture = await pictureOf(file);
    card.showPicture(picture);
    card.showAnalysis(await analysePhoto(file, $("model").value), picture);
  } catch (error) {
    card.showProblem(error instanceof Error ? error.message : String(error));
  }
}
