// @ts-check
/** The canvas over the moving picture: draws gliding boxes at the right place for every aspect ratio. */

import { drawFaces, drawMaps } from "./drawing.js";

/** @typedef {import("../faces/cast.js").Member} Member */
/** @typedef {import("./drawing.js").Place} Place */

const GLIDE_S = 0.07; // time constant of a box that follows its face
const TAKEN_REM = 3.6; // the height of the live page's status over the picture's top

/** The canvas over a moving picture; it redraws only while something moves. */
export class Overlay {
  mirrored = true;
  /** The saliency maps of a frozen picture. @type {import("../faces/heat.js").Explanation[]} */
  maps = [];
  #canvas;
  #video;
  /** @type {Member[]} */
  #members = [];
  /** @type {Map<number, number[]>} boxes as drawn, by number */
  #boxes = new Map();
  /** @type {Map<number, string>} the labels' spots, by number */
  #spots = new Map();
  #size = { width: 0, height: 0 };
  #faded = false;
  #drawn_ms = 0;
  #pending = 0;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {HTMLCanvasElement} canvas @param {HTMLVideoElement} video */
  constructor(canvas, video) {
    this.#canvas = canvas;
    this.#video = video;
    new ResizeObserver(() => this.redraw()).observe(canvas);
  }

  /** The shown faces. */
  get members() {
    return this.#members;
  }

  /** The width in pixels of the picture that the boxes refer to. */
  get pictureWidth() {
    return this.#size.width;
  }

  /** Shows faces whose boxes refer to a picture of `width` × `height`. @param {Member[]} members @param {number} width @param {number} height */
  show(members, width, height) {
    this.#members = members;
    this.#size = { width, height };
    this.#faded = false;
    const present = new Set(members.map((member) => member.number));
    for (const number of this.#boxes.keys()) {
      if (present.has(number)) continue;
      this.#boxes.delete(number);
      this.#spots.delete(number);
    }
    this.redraw();
  }

  /** Greys the boxes, because they are too old for the picture. */
  fade() {
    if (this.#faded) return;
    this.#faded = true;
    this.redraw();
  }

  clear() {
    this.show([], 0, 0);
  }

  redraw() {
    if (!this.#pending) this.#pending = requestAnimationFrame((now) => this.#draw(now));
  }

  /** @param {number} now_ms */
  #draw(now_ms) {
    this.#pending = 0;
    const context = fitCanvas(this.#canvas);
    if (!this.#members.length) return;
    const moves = this.#glide(Math.min(0.1, (now_ms - this.#drawn_ms) / 1000));
    this.#drawn_ms = now_ms;
    const place = { ...placeOf(this.#video, this.#canvas, this.#size, this.mirrored), spots: this.#spots };
    context.globalAlpha = this.#faded ? 0.35 : 1;
    drawMaps(context, this.maps, place);
    drawFaces(context, this.#members.map((member) => ({ ...member, box: this.#boxes.get(member.number) ?? member.face.box })), place);
    if (moves) this.redraw();
  }

  /** Moves every drawn box towards its face; returns whether any box has not arrived. @param {number} passed_s */
  #glide(passed_s) {
    const share = this.#still.matches ? 1 : 1 - Math.exp(-passed_s / GLIDE_S);
    let moves = false;
    for (const { number, face } of this.#members) {
      const from = this.#boxes.get(number) ?? face.box;
      const box = from.map((value, i) => value + (face.box[i] - value) * share);
      const far = Math.max(...box.map((value, i) => Math.abs(face.box[i] - value)));
      moves ||= far > 0.5;
      this.#boxes.set(number, far > 0.5 ? box : face.box);
    }
    return moves;
  }
}

/** The cleared context of a canvas in the screen's resolution, with CSS pixels as unit. @param {HTMLCanvasElement} canvas */
function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

/**
 * The place of a video's picture within its element under `object-fit: contain`.
 * @param {HTMLVideoElement} video @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} size @param {boolean} mirrored
 * @returns {Place}
 */
function placeOf(video, canvas, size, mirrored) {
  const pictureWidth = video.videoWidth || size.width;
  const pictureHeight = video.videoHeight || size.height;
  const zoom = Math.min(canvas.clientWidth / pictureWidth, canvas.clientHeight / pictureHeight);
  const width = pictureWidth * zoom;
  const height = pictureHeight * zoom;
  return {
    left: (canvas.clientWidth - width) / 2,
    top: (canvas.clientHeight - height) / 2,
    scale: width / size.width,
    width,
    height,
    mirrored,
    taken: TAKEN_REM * parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
}
