// @ts-check
/** Canvases that hold the frames that were sent, so that their faces can be looked at once the answer is there. */

import { cropSquare, lookAt } from "../faces/crops.js";

/** @typedef {{width: number, height: number}} Size */
/** @typedef {{box: number[], tilt_deg?: number}} Place of a face in the frame, and its lean clockwise */

const MOST_HELD = 5; // one more than may be under way to a server

/** The latest frames by number, so that the faces of an answer are looked at in the frame that they belong to. */
export class HeldFrames {
  #makeCanvas;
  /** @type {Map<number, HeldFrame>} the oldest first */
  #held = new Map();

  /** @param {() => any} makeCanvas a page and a worker make theirs differently */
  constructor(makeCanvas) {
    this.#makeCanvas = makeCanvas;
  }

  /** JPEG bytes of a picture, or its ImageData where no quality is given; it is held under its number. @param {number} number @param {CanvasImageSource} picture @param {Size} size @param {number} [quality] */
  async take(number, picture, size, quality) {
    const held = this.#held.get(number) ?? this.#spare();
    this.#held.set(number, held);
    held.hold(picture, size);
    return quality ? held.encode(quality) : held.pixels();
  }

  /** What the network is shown of each face; nothing where the frame is not held any more. @param {number} number @param {Place[]} places */
  look(number, places) {
    return this.#held.get(number)?.look(places) ?? [];
  }

  /** Lets all pictures go. */
  drop() {
    for (const held of this.#held.values()) held.drop();
    this.#held.clear();
  }

  /** A canvas for one more frame: the oldest frame's where as many are held as may be. */
  #spare() {
    if (this.#held.size < MOST_HELD) return new HeldFrame(this.#makeCanvas);
    const [number, oldest] = /** @type {[number, HeldFrame]} */ (this.#held.entries().next().value);
    this.#held.delete(number);
    return oldest;
  }
}

/** Works on a page's canvas and on a worker's alike. */
export class HeldFrame {
  #makeCanvas;
  #canvas;
  #context;

  /** @param {() => any} makeCanvas a page and a worker make theirs differently */
  constructor(makeCanvas) {
    this.#makeCanvas = makeCanvas;
    this.#canvas = makeCanvas();
    this.#context = contextOf(this.#canvas);
  }

  /** @param {CanvasImageSource} picture @param {Size} size */
  hold(picture, size) {
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, { width: size.width, height: size.height });
    this.#context.drawImage(picture, 0, 0, size.width, size.height);
  }

  /** Lets the picture go: a canvas that is given a size is emptied. */
  drop() {
    Object.assign(this.#canvas, { width: 1, height: 1 });
  }

  /** What the network is shown of each face: upright, as the server turns it. @param {Place[]} places */
  look(places) {
    return places.map(({ box, tilt_deg }) => {
      const square = cropSquare(box);
      if (tilt_deg) return this.#lookTurned(square, tilt_deg);
      const left = Math.max(0, Math.floor(square.x - square.side / 2));
      const top = Math.max(0, Math.floor(square.y - square.side / 2));
      const right = Math.min(this.#canvas.width, Math.ceil(square.x + square.side / 2));
      const bottom = Math.min(this.#canvas.height, Math.ceil(square.y + square.side / 2));
      const part = this.#context.getImageData(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
      return lookAt(part, { ...square, x: square.x - left, y: square.y - top });
    });
  }

  /** @param {import("../faces/crops.js").Square} square @param {number} tilt_deg */
  #lookTurned({ x, y, side }, tilt_deg) {
    const whole = Math.max(1, Math.round(side));
    const context = contextOf(Object.assign(this.#makeCanvas(), { width: whole, height: whole }));
    context.translate(whole / 2, whole / 2);
    context.rotate((-tilt_deg * Math.PI) / 180);
    context.drawImage(this.#canvas, -x, -y);
    return lookAt(context.getImageData(0, 0, whole, whole), { x: whole / 2, y: whole / 2, side: whole });
  }

  /** @returns {ImageData} */
  pixels() {
    return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** @param {number} quality @returns {Promise<ArrayBuffer>} */
  async encode(quality) {
    const options = /** @type {const} */ (["image/jpeg", quality]);
    const canvas = this.#canvas;
    /** @type {Blob | null} */
    const blob = canvas.convertToBlob
      ? await canvas.convertToBlob({ type: options[0], quality })
      : await new Promise((resolve) => canvas.toBlob(resolve, ...options));
    // A browser that cannot make JPEG says nothing and makes PNG.
    if (blob?.type !== "image/jpeg") throw new Error(`this browser makes ${blob?.type ?? "nothing"} and not JPEG`);
    return blob.arrayBuffer();
  }
}

/** @param {any} canvas */
function contextOf(canvas) {
  return canvas.getContext("2d", { alpha: false, willReadFrequently: true });
}
