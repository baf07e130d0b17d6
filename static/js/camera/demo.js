// @ts-check
/** The demo camera: a video stream of a gently moving portrait (NASA, public domain). */

const SIZE = { width: 640, height: 480 };
const SHOWN = { width: 352, height: 264 }; // the shown part of the portrait, in which the face is as large as in a laptop's camera
const FRAMES_PER_S = 25;
const TURN_S = 9;

/** @param {(URL | string)[]} portraits @returns {Promise<MediaStream>} */
export async function openDemo([portrait]) {
  const image = new Image();
  image.src = String(portrait);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.imageSmoothingQuality = "high";
  const stream = canvas.captureStream(FRAMES_PER_S);
  const timer = setInterval(paint, 1000 / FRAMES_PER_S);
  function paint() {
    if (!stream.active) return clearInterval(timer);
    const { x, y, zoom } = pathAt(performance.now() / 1000);
    context.drawImage(image, x, y, SHOWN.width / zoom, SHOWN.height / zoom, 0, 0, SIZE.width, SIZE.height);
  }
  paint();
  return stream;
}

/** The corner of the shown part in the portrait's pixels, and its zoom. @param {number} at_s */
export function pathAt(at_s) {
  const angle = (2 * Math.PI * at_s) / TURN_S;
  return { x: 52 + 20 * Math.sin(angle), y: 16 + 9 * Math.sin(2 * angle), zoom: 1 + 0.06 * Math.sin(angle / 2) };
}
