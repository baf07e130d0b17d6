// @ts-check
/** A canvas that holds the frame that was sent, so that its faces can be looked at once the answer is there. */

import { cropSquare, lookAt } from "./crops.js";

/** @typedef {{width: number, height: number}} Size */

/** Works on a page's canvas and on a worker's alike. */
export class HeldFrame {
  #canvas;
  #context;

  /** @param {any} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  }

  /** @param {CanvasImageSource} picture @param {Size} size */
  hold(picture, size) {
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, { width: size.width, height: size.height });
    this.#context.drawImage(picture, 0, 0, size.width, size.height);
  }

  /** What the network is shown in each box. @param {number[][]} boxes */
  look(boxes) {
    return boxes.map((box) => {
      const square = cropSquare(box);
      const left = Math.max(0, Math.floor(square.x - square.side / 2));
      const top = Math.max(0, Math.floor(square.y - square.side / 2));
      const right = Math.min(this.#canvas.width, Math.ceil(square.x + square.side / 2));
      const bottom = Math.min(this.#canvas.height, Math.ceil(square.y + square.side / 2));
      const part = this.#context.getImageData(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
      return lookAt(part, { ...square, x: square.x - left, y: square.y - top });
    });
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
