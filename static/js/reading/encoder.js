// @ts-check
/** JPEG bytes of what a video shows: true (never mirrored), at most 640 pixels wide, made off the main thread. */

import { HeldFrame } from "./frames.js";

export const FRAME_SIDE_PX = 640;
const QUALITY = 0.7;

/** Encodes one frame at a time and keeps it until the next. */
export class Encoder {
  #worker = startWorker();
  /** @type {HeldFrame | undefined} where there is no worker */
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
   * @param {HTMLVideoElement} video @param {number} [side_px] longest side @param {number} [quality]
   * @returns {Promise<ArrayBuffer | null>}
   */
  async encode(video, side_px = FRAME_SIDE_PX, quality = QUALITY) {
    if (!hasPicture(video)) return null;
    const size = fit(video.videoWidth, video.videoHeight, side_px);
    if (this.#worker) {
      try {
        const bitmap = await createImageBitmap(video);
        if (!hasPicture(video)) {
          bitmap.close(); // stopped meanwhile
          return null;
        }
        return await this.#ask({ bitmap, size, quality }, [bitmap]);
      } catch {
        this.#dismiss();
      }
    }
    this.#held ??= new HeldFrame(() => document.createElement("canvas"));
    this.#held.hold(video, size);
    return this.#held.encode(quality);
  }

  /** What the network is shown of each face of the frame that was encoded last. @param {import("./frames.js").Place[]} places @returns {Promise<import("../faces/crops.js").Look[]>} */
  async look(places) {
    if (this.#worker) return this.#ask({ places });
    return this.#held?.look(places) ?? [];
  }

  /** Lets the frame go that was encoded last. */
  forget() {
    this.#worker?.postMessage({});
    this.#held?.drop();
  }

  /** @param {object} request @param {Transferable[]} [transfer] @returns {Promise<any>} */
  #ask(request, transfer = []) {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker?.postMessage({ id, ...request }, transfer);
    });
  }

  /** Goes on without the worker. */
  #dismiss() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#asked.values()) reject(new Error("the encoder's worker is gone"));
    this.#asked.clear();
  }
}

/** The size that fits into a square of `side` pixels, never enlarged. @param {number} width @param {number} height @param {number} side */
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
