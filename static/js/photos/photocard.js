// @ts-check
/** One photo's card: the picture with its faces drawn, the bars, and the answer as a download. */

import { colourOfNumber, drawMaps, drawPhoto } from "../drawing/drawing.js";
import { FaceList } from "../faces/facelist.js";
import { stemOf } from "./photofiles.js";
import { lineOf } from "./summary.js";
import { saveAs } from "../shared/save.js";
import { say, sayCount } from "../shared/words.js";
import { Why } from "../faces/why.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {(face: import("../faces/emotions.js").Face) => Promise<import("../faces/heat.js").Explanation>} Explain */

const NO_FACE = say("No face was found. Try a picture in which a face looks towards the camera, in good light, and is not too small.");

export class PhotoCard {
  item = make("article", "result");
  #canvas = document.createElement("canvas");
  #maps = Object.assign(document.createElement("canvas"), { hidden: true });
  #words = make("p", "result-words", say("Reading …"));
  #note = make("p", "note");
  #toggle = make("button", "result-toggle");
  #list = /** @type {HTMLOListElement} */ (make("ol", "faces"));
  #foot = make("div", "result-foot");
  /** The reply, once it has come. @type {Analysis | null} */
  analysis = null;
  #name;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
    this.item.dataset.state = "pending";
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", name);
    const figure = make("figure");
    this.#maps.setAttribute("aria-hidden", "true");
    figure.append(this.#canvas, this.#maps);
    const body = make("div", "result-body");
    this.#note.hidden = true;
    this.#toggle.setAttribute("type", "button");
    this.#toggle.setAttribute("aria-expanded", "false");
    this.#toggle.append(make("span", "", name));
    this.#toggle.addEventListener("click", () => this.#open(!this.item.hasAttribute("data-open")));
    const head = make("h2", "result-name");
    head.append(this.#toggle);
    body.append(head, this.#words, this.#note, this.#list, this.#foot);
    this.item.append(figure, body);
  }

  get name() {
    return this.#name;
  }

  /** The drawn picture as a JPEG; null where the browser could not open it. @returns {Promise<Blob | null>} */
  drawn() {
    return new Promise((resolve) => (this.#canvas.dataset.drawn ? this.#canvas.toBlob(resolve, "image/jpeg", 0.9) : resolve(null)));
  }

  /** @param {ImageBitmap | null} picture @param {string} note what was done to it, if anything */
  showPicture(picture, note) {
    this.#note.textContent = note;
    this.#note.hidden = !note;
    this.#canvas.hidden = !picture;
    if (!picture) return;
    this.#canvas.dataset.drawn = "yes";
    drawPhoto(this.#canvas, picture, [], picture.width);
  }

  /** @param {Analysis} analysis @param {ImageBitmap | null} picture @param {Explain} explain */
  showAnalysis(analysis, picture, explain) {
    this.analysis = analysis;
    const members = analysis.faces.map((face, index) => ({ number: index + 1, face, seen_ms: 0 }));
    if (picture) drawPhoto(this.#canvas, picture, members, analysis.width);
    const list = new FaceList(this.#list, colourOfNumber, (member) => why.toggle(member));
    list.show(members);
    const why = new Why(list, explain, (maps) => this.#drawMaps(maps, analysis.width));
    list.offerWhy(picture !== null); // a map needs a picture to lie on
    const count = sayCount(members.length, "One face: {looks}", "{count} faces: {looks}", { looks: lineOf(analysis) });
    const more = analysis.left_out ? ` ${sayCount(analysis.left_out, "One more is not read.", "{count} more are not read.")}` : "";
    this.#words.textContent = members.length ? `${count}.${more}` : NO_FACE;
    this.#foot.append(this.#download(analysis));
    this.item.dataset.state = "done";
  }

  /** Shows or hides the details of a compact card. @param {boolean} isOpen */
  #open(isOpen) {
    this.item.toggleAttribute("data-open", isOpen);
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {string} words */
  showProblem(words) {
    this.#words.textContent = words;
    this.item.dataset.state = "error";
  }

  /** Draws maps on a separate canvas over the picture. @param {import("../faces/heat.js").Explanation[]} maps @param {number} analysedWidth */
  #drawMaps(maps, analysedWidth) {
    const { width, height } = this.#canvas;
    Object.assign(this.#maps, { width, height, hidden: !maps.length });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#maps.getContext("2d"));
    drawMaps(context, maps, { left: 0, top: 0, scale: width / analysedWidth, width, height, mirrored: false, taken: 0 });
  }

  /** @param {Analysis} analysis */
  #download(analysis) {
    const button = make("button", "download-json button quiet small", say("Download JSON"));
    button.setAttribute("type", "button");
    button.addEventListener("click", () => saveAs(new Blob([JSON.stringify(analysis, null, 2)], { type: "application/json" }), `${stemOf(this.#name)}.json`));
    return button;
  }
}

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {HTMLElement} */
function make(tag, className = "", text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
