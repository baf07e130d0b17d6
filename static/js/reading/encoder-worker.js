// @ts-check
/** A worker that encodes frames and looks at their faces, so that the page itself never waits for either. */

import { HeldFrame } from "./frames.js";

const frame = new HeldFrame(() => new OffscreenCanvas(1, 1));

self.onmessage = async ({ data: { id, bitmap, size, quality, places } }) => {
  try {
    if (places) return self.postMessage({ id, answer: frame.look(places) });
    if (!bitmap) return frame.drop();
    frame.hold(bitmap, size);
    const answer = await frame.encode(quality);
    self.postMessage({ id, answer }, /** @type {any} */ ([answer]));
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  } finally {
    bitmap?.close();
  }
};
