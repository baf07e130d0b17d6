// @ts-check
/** The summary of many photos: the number of faces for each word. */

import { nameOf } from "../faces/emotions.js";
import { makeGlyph } from "../faces/glyphs.js";
import { say, sayCount } from "../shared/words.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */

const UNSURE = "other";

/** The number of faces for each word, the largest first, uncertain faces last. @param {Analysis[]} analyses @returns {[string, number][]} */
export function countsOf(analyses) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { emotion, certain } of analyses.flatMap(({ faces }) => faces)) {
    const name = certain ? emotion : UNSURE;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => Number(a[0] === UNSURE) - Number(b[0] === UNSURE) || b[1] - a[1]);
}

/** The counts in a line, such as "2 happy, 1 neutral". @param {Analysis} analysis */
export function lineOf(analysis) {
  return countsOf([analysis]).map(([name, count]) => `${count} ${wordOf(name)}`).join(", ");
}

/** Shows the counts of several photos; hides for fewer than two. @param {HTMLElement} root @param {Analysis[]} analyses */
export function showSummary(root, analyses) {
  root.hidden = analyses.length < 2;
  const faces = analyses.reduce((sum, analysis) => sum + analysis.faces.length, 0);
  const title = Object.assign(document.createElement("h2"), { textContent: sayCount(faces, "One face in {photos} pictures", "{count} faces in {photos} pictures", { photos: analyses.length }) });
  const list = Object.assign(document.createElement("ul"), { className: "counts" });
  for (const [name, count] of countsOf(analyses)) {
    const row = document.createElement("li");
    row.dataset.emotion = name;
    row.append(makeGlyph(name), `${count} ${wordOf(name)}`);
    list.append(row);
  }
  root.replaceChildren(title, list);
}

/** @param {string} name */
function wordOf(name) {
  return name === UNSURE ? say("not sure") : nameOf(name);
}
