// @ts-check
/** JPEG bytes of what a video shows: true (never mirrored), at most 640 pixels wide, made off the main thread. */

export const FRAME_SIDE_PX = 640;
const QUALITY = 0.7;

/** Encodes one frame at a time. */
export class Encoder {
  #worker = startWorker();
  #id = 0;

  /**
   * The frame as JPEG; null where the video has none yet.
   * @param {HTMLVideoElement} video @param {number} [side_px] longest side @param {number} [quality]
   * @returns {Promise<ArrayBuffer | null>}
   */
  async encode(video, side_px = FRAME_SIDE_PX, quality = QUALITY) {
    if (!video.videoWidth || video.readyState < 2) return null;
    const size = fit(video.videoWidth, video.videoHeight, side_px);
    if (this.#worker) {
      try {
        return await this.#inWorker(this.#worker, video, size, quality);
      } catch {
        this.close();
      }
    }
    return onCanvas(video, size, quality);
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  /** @param {Worker} worker @param {HTMLVideoElement} video @param {{width: number, height: number}} size @param {number} quality @returns {Promise<ArrayBuffer>} */
  async #inWorker(worker, video, size, quality) {
    const id = ++this.#id;
    const bitmap = await createImageBitmap(video);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.id === id) data.error ? reject(new Error(data.error)) : resolve(data.bytes);
      };
      worker.onerror = () => reject(new Error("the encoder could not be loaded"));
      worker.postMessage({ id, bitmap, ...size, quality }, [bitmap]);
    });
  }
}

/** The size that fits into a square of `side` pixels, never enlarged. @param {number} width @param {number} height @param {number} side */
export function fit(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function startWorker() {
  const able = typeof Worker === "function" && typeof OffscreenCanvas === "function" && typeof createImageBitmap === "function";
  return able && "convertToBlob" in OffscreenCanvas.prototype ? new Worker(new URL("./encoder-worker.js", import.meta.url)) : null;
}

/** @param {HTMLVideoElement} video @param {{width: number, height: number}} size @param {number} quality @returns {Promise<ArrayBuffer | null>} */
async function onCanvas(video, size, quality) {
  const canvas = Object.assign(document.createElement("canvas"), size);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(video, 0, 0, size.width, size.height);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  return blob ? blob.arrayBuffer() : null;
}
