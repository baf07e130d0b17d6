// @ts-check
/** The operator's page of results: asks every few seconds, and writes what came. */

import { ask, find } from "./ask.js";

const EVERY_MS = 4000;
const OTHERS = { cant_tell: "Can’t tell", no_face: "No face" };
/** How the words are shown, by word. @type {Record<string, string>} */
let shown = {};

/** @param {string} tag @param {string} [text] @param {Element[]} children */
function make(tag, text = "", ...children) {
  const element = document.createElement(tag);
  element.textContent = text;
  element.append(...children);
  return element;
}

/** A bar of a length from 0 to 1. @param {number} part */
function bar(part) {
  const length = make("i");
  length.style.width = `${100 * part}%`;
  return length;
}

/** @param {number} part */
const percent = (part) => `${Math.round(100 * part)} %`;

/** @param {number} count @param {string} one @param {string} [many] */
const number = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

function showCounts(figures) {
  const left = [
    `${number(figures.votes, "vote")} of ${figures.wanted.toLocaleString("en")}`,
    `${number(figures.faces, "face")} in ${number(figures.pictures, "picture")}`,
    `${number(figures.raters_a_face, "rater")} a face`,
  ];
  if (figures.without_face) left.push(`no face found in ${number(figures.without_face, "picture")}`);
  if (figures.unreadable) left.push(`${number(figures.unreadable, "picture")} not readable`);
  if (figures.looking) left.push("still looking through the folder");
  find("counts").textContent = `${left.join(" · ")}`;
  find("given").max = Math.max(1, figures.wanted);
  find("given").value = figures.votes;
}

function showAlpha(alpha) {
  find("alpha").textContent = alpha ? alpha.value.toFixed(2) : "–";
  find("alpha-interval").textContent = alpha ? `between ${alpha.low.toFixed(2)} and ${alpha.high.toFixed(2)}` : "not enough votes yet";
  const place = (/** @type {number} */ value) => 100 * Math.min(1, Math.max(0, value));
  find("scale-value").hidden = find("scale-interval").hidden = !alpha;
  if (!alpha) return;
  find("scale-value").style.left = `${place(alpha.value)}%`;
  find("scale-interval").style.left = `${place(alpha.low)}%`;
  find("scale-interval").style.right = `${100 - place(alpha.high)}%`;
}

function showWarnings(warnings) {
  const rows = warnings.map((/** @type {string} */ words) => make("li", words));
  if (!rows.length) {
    rows.push(make("li", "Nothing stands against training on these votes."));
    rows[0].dataset.good = "yes";
  }
  find("warnings").replaceChildren(...rows);
}

function wordRow(row) {
  const name = make("th", row.is_word ? row.shown : OTHERS[row.word]);
  name.setAttribute("scope", "row");
  const length = make("div", "", bar(row.share), make("span", percent(row.share)));
  length.className = "bar";
  const share = make("td", "", length);
  share.className = "bars";
  const alpha = make("td", row.alpha ? row.alpha.value.toFixed(2) : "–");
  if (row.alpha) alpha.append(make("small", `${row.alpha.low.toFixed(2)} to ${row.alpha.high.toFixed(2)}`));
  const line = make("tr", "", name, share, make("td", String(row.majority)), make("td", row.dawid_skene === null ? "–" : String(row.dawid_skene)), alpha);
  if (!row.is_word) line.dataset.other = "yes";
  return line;
}

function showRaters(raters) {
  const rows = raters.map((rater) => {
    const name = make("div", `${rater.name} `, make("small", rater.agreed ? number(rater.votes, "vote") : "invited"));
    return make("li", "", name, make("div", "", ...(rater.with_others === null ? [] : [bar(rater.with_others)])), make("span", rater.with_others === null ? "–" : percent(rater.with_others)));
  });
  find("raters").replaceChildren(...(rows.length ? rows : [empty("Nobody has joined yet.")]));
}

function showConfusions(pairs) {
  const rows = pairs.map((pair) => make("li", "", make("div", pair.words.map((word) => OTHERS[word] || word).join(" and ")), make("div", "", bar(pair.part)), make("span", percent(pair.part))));
  find("confusions").replaceChildren(...(rows.length ? rows : [empty("No two votes on one face differ so far.")]));
}

function showSplits(faces) {
  const rows = faces.map((face) => {
    const picture = /** @type {HTMLImageElement} */ (make("img"));
    picture.src = `results/${face.face}/face.jpg`;
    const votes = Object.entries(face.votes).map(([word, count]) => `${OTHERS[word] || shown[word] || word} ${count}`);
    picture.alt = `A face: ${votes.join(", ")}`;
    return make("li", "", picture, make("span", votes.join(" · ")));
  });
  if (rows.length === find("splits").children.length && find("splits").textContent === rows.map((row) => row.textContent).join("")) return;
  find("splits").replaceChildren(...(rows.length ? rows : [empty("None so far.")]));
}

/** @param {string} words */
function empty(words) {
  const line = make("li", words);
  line.className = "empty";
  return line;
}

async function update() {
  try {
    const figures = await ask("api/results");
    shown = Object.fromEntries(figures.words.map((row) => [row.word, row.shown]));
    showCounts(figures);
    showAlpha(figures.alpha);
    showWarnings(figures.warnings);
    find("words").replaceChildren(...figures.words.map(wordRow));
    showConfusions(figures.confusions);
    showRaters(figures.raters);
    showSplits(figures.splits);
  } catch {
    find("counts").textContent = "The site does not answer; it is asked again in a moment.";
  }
  setTimeout(update, EVERY_MS);
}

find("invite").addEventListener("submit", async (/** @type {Event} */ event) => {
  event.preventDefault();
  try {
    const { link } = await ask(find("invite").dataset.api, { name: find("name").value });
    find("invited").textContent = `${find("name").value}: ${link}`;
    find("name").value = "";
  } catch (refusal) {
    find("invited").textContent = refusal.message;
  }
});

update();
