// @ts-check
/** One photo's card: the picture with its faces drawn, their bars, and the answer to download. */

import { colourOfNumber, drawMaps, drawPhoto } from "../drawing/drawing.js";
import { FaceList } from "../faces/facelist.js";
import { stemOf } from "./photofiles.js";
import { saveAs } from "../shared/save.js";
import { Why } from "../faces/why.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {(face: import("../faces/emotions.js").Face) => Promise<import("../faces/heat.js").Explanation>} Explain */

const NO_FACE = "No face was found. Try a picture in which the face looks at the camera, upright, well lit, and at least a tenth of the picture wide.";

export class PhotoCard {
  item = make("article", "result");
  #canvas = document.createElement("canvas");
  #maps = Object.assign(document.createElement("canvas"), { hidden: true });
  #words = make("p", "result-words", "Reading …");
  #list = /** @type {HTMLOListElement} */ (make("ol", "faces"));
  #foot = make("div", "result-foot");
  /** What the server said, once it has. @type {Analysis | null} */
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
    body.append(make("h2", "result-name", name), this.#words, this.#list, this.#foot);
    this.item.append(figure, body);
  }

  get name() {
    return this.#name;
  }

  /** The drawn picture as a JPEG; null where the browser could not open it. @returns {Promise<Blob | null>} */
  drawn() {
    return new Promise((resolve) => (this.#canvas.dataset.drawn ? this.#canvas.toBlob(resolve, "image/jpeg", 0.9) : resolve(null)));
  }

  /** @param {ImageBitmap | null} picture */
  showPicture(picture) {
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
    list.offerWhy(picture !== null); // there must be something to lay the map over
    const count = members.length === 1 ? "One face" : `${members.length} faces`;
    this.#words.textContent = members.length ? `${count}, read in ${Math.round(analysis.timing_ms.total)} ms` : NO_FACE;
    this.#foot.append(this.#download(analysis));
    this.item.dataset.state = "done";
  }

  /** @param {string} words */
  showProblem(words) {
    this.#words.textContent = words;
    this.item.dataset.state = "error";
  }

  /** On a canvas of their own, over the picture. @param {import("../faces/heat.js").Explanation[]} maps @param {number} analysedWidth */
  #drawMaps(maps, analysedWidth) {
    const { width, height } = this.#canvas;
    Object.assign(this.#maps, { width, height, hidden: !maps.length });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#maps.getContext("2d"));
    drawMaps(context, maps, { left: 0, top: 0, scale: width / analysedWidth, width, height, mirrored: false, taken: 0 });
  }

  /** @param {Analysis} analysis */
  #download(analysis) {
    const button = make("button", "download-json button quiet small", "Download JSON");
    button.setAttribute("type", "button");
    button.addEventListener("click", () => saveAs(new Blob([JSON.stringify(analysis, null, 2)], { type: "application/json" }), `${stemOf(this.#name)}.json`));
    return button;
  }
}

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {HTMLElement} */
function make(tag, className = "", text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
