// @ts-check
/** JPEG bytes, pixels and faces of a video's picture, never mirrored and made off the main thread. */

import { HeldFrames } from "./frames.js";

/** Makes frames, and keeps the latest ones so that their faces can be measured once the answer is there. */
export class Encoder {
  #worker = startWorker();
  /** @type {HeldFrames | undefined} where there is no worker */
  #held;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  #id = 0;

  constructor() {
    if (!this.#worker) return;
    this.#worker.onmessage = ({ data: { id, answer, error } }) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      error ? asked?.reject(new Error(error)) : asked?.resolve(answer);
    };
    this.#worker.onerror = () => this.#dismiss();
  }

  /**
   * The frame as JPEG; null where the video has none yet.
   * @param {HTMLVideoElement} video @param {number} frame its number, for later calls @param {number} side_px longest side @param {number} quality
   * @returns {Promise<ArrayBuffer | null>}
   */
  encode(video, frame, side_px, quality) {
    return this.#take(video, frame, side_px, quality);
  }

  /** The frame's RGBA; null where the video has none yet. @param {HTMLVideoElement} video @param {number} frame @param {number} side_px @returns {Promise<ImageData | null>} */
  pixels(video, frame, side_px) {
    return this.#take(video, frame, side_px);
  }

  /** The network's view of each face of a frame; empty where the frame is no longer held. @param {number} frame @param {import("./frames.js").Place[]} places @returns {Promise<import("../faces/crops.js").Look[]>} */
  async look(frame, places) {
    if (this.#worker) return this.#ask({ frame, places });
    return this.#held?.look(frame, places) ?? [];
  }

  /** Releases all frames. */
  forget() {
    this.#worker?.postMessage({});
    this.#held?.drop();
  }

  /** @param {HTMLVideoElement} video @param {number} frame @param {number} side_px @param {number} [quality] without it the result is pixels @returns {Promise<any>} */
  async #take(video, frame, side_px, quality) {
    if (!hasPicture(video)) return null;
    const size = fit(video.videoWidth, video.videoHeight, side_px);
    if (this.#worker) {
      try {
        const bitmap = await createImageBitmap(video);
        if (!hasPicture(video)) {
          bitmap.close(); // the encoder was stopped meanwhile
          return null;
        }
        return await this.#ask({ bitmap, frame, size, quality }, [bitmap]);
      } catch {
        this.#dismiss();
      }
    }
    this.#held ??= new HeldFrames(() => document.createElement("canvas"));
    return this.#held.take(frame, video, size, quality);
  }

  /** @param {object} request @param {Transferable[]} [transfer] @returns {Promise<any>} */
  #ask(request, transfer = []) {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker?.postMessage({ id, ...request }, transfer);
    });
  }

  /** Continues without the worker. */
  #dismiss() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#asked.values()) reject(new Error("the encoder's worker is gone"));
    this.#asked.clear();
  }
}

/** The size reduced to fit into a square of `side` pixels; never enlarged. @param {number} width @param {number} height @param {number} side */
export function fit(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {HTMLVideoElement} video */
function hasPicture(video) {
  return video.videoWidth > 0 && video.readyState >= 2;
}

function startWorker() {
  const able = typeof Worker === "function" && typeof OffscreenCanvas === "function" && typeof createImageBitmap === "function";
  if (!able || !("convertToBlob" in OffscreenCanvas.prototype)) return null;
  return new Worker(new URL("./encoder-worker.js", import.meta.url), { type: "module" });
}
