// @ts-check
/** Canvases that hold the sent frames, so that their faces can be measured once the answer is there. */

import { cropSquare, lookAt } from "../faces/crops.js";

/** @typedef {{width: number, height: number}} Size */
/** @typedef {{box: number[], tilt_deg?: number}} Place the box of a face in the frame, and its lean, clockwise positive */

const MOST_HELD = 5; // one more than may be in flight to a server

/** The latest frames by number, so that the faces of an answer are measured in their own frame. */
export class HeldFrames {
  #makeCanvas;
  /** @type {Map<number, HeldFrame>} the oldest first */
  #held = new Map();

  /** @param {() => any} makeCanvas a page and a worker make theirs differently */
  constructor(makeCanvas) {
    this.#makeCanvas = makeCanvas;
  }

  /** JPEG bytes of a picture, or its ImageData without `quality`; the picture is held under its number. @param {number} number @param {CanvasImageSource} picture @param {Size} size @param {number} [quality] */
  async take(number, picture, size, quality) {
    const held = this.#held.get(number) ?? this.#spare();
    this.#held.set(number, held);
    held.hold(picture, size);
    return quality ? held.encode(quality) : held.pixels();
  }

  /** The network's view of each face; empty where the frame is no longer held. @param {number} number @param {Place[]} places */
  look(number, places) {
    return this.#held.get(number)?.look(places) ?? [];
  }

  /** Releases all pictures. */
  drop() {
    for (const held of this.#held.values()) held.drop();
    this.#held.clear();
  }

  /** A canvas for a new frame; reuses the oldest frame's where MOST_HELD are held. */
  #spare() {
    if (this.#held.size < MOST_HELD) return new HeldFrame(this.#makeCanvas);
    const [number, oldest] = /** @type {[number, HeldFrame]} */ (this.#held.entries().next().value);
    this.#held.delete(number);
    return oldest;
  }
}

/** One held frame; works with a page's canvas and with a worker's OffscreenCanvas. */
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

  /** Releases the picture; setting the size clears a canvas. */
  drop() {
    Object.assign(this.#canvas, { width: 1, height: 1 });
  }

  /** The network's view of each face, turned upright as on the server. @param {Place[]} places */
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
    // A browser that cannot encode JPEG returns PNG without an error.
    if (blob?.type !== "image/jpeg") throw new Error(`this browser makes ${blob?.type ?? "nothing"} and not JPEG`);
    return blob.arrayBuffer();
  }
}

/** @param {any} canvas */
function contextOf(canvas) {
  return canvas.getContext("2d", { alpha: false, willReadFrequently: true });
}
