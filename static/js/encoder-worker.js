// @ts-check
/** A worker: a bitmap in, a JPEG's bytes out, so that the page itself never waits for the encoder. */

/** @type {OffscreenCanvas | undefined} */
let canvas;

self.onmessage = async ({ data }) => {
  const { id, bitmap, width, height, quality } = data;
  try {
    canvas ??= new OffscreenCanvas(width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(bitmap, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
    // A browser that cannot make JPEG says nothing and makes PNG.
    if (blob.type !== "image/jpeg") throw new Error(`encoder made ${blob.type}`);
    const bytes = await blob.arrayBuffer();
    self.postMessage({ id, bytes }, /** @type {any} */ ([bytes]));
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  } finally {
    bitmap.close();
  }
};
