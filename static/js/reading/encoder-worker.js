// @ts-check
/** The worker that encodes frames and measures their faces off the main thread. */

import { HeldFrames } from "./frames.js";

const frames = new HeldFrames(() => new OffscreenCanvas(1, 1));

self.onmessage = async ({ data: { id, bitmap, frame, size, quality, places } }) => {
  try {
    if (places) return self.postMessage({ id, answer: frames.look(frame, places) });
    if (!bitmap) return frames.drop();
    const answer = await frames.take(frame, bitmap, size, quality);
    self.postMessage({ id, answer }, /** @type {any} */ ([answer instanceof ArrayBuffer ? answer : answer.data.buffer]));
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  } finally {
    bitmap?.close();
  }
};
