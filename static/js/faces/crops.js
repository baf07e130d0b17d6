// @ts-check
/** The square that a network reads, cut as on the server, and measures of its light and sharpness. Pure. */

export const FACE_SIZE = 48;
export const CROP_SCALE = 1.0;

/** @typedef {{x: number, y: number, side: number}} Square centre and side in float pixels */
/**
 * @typedef {{pixels: Uint8ClampedArray, side_px: number, brightness: number, contrast: number, sharpness: number}} Look
 * `pixels` are 48×48 grey levels; `brightness` is their mean and `contrast` their deviation, 0..255;
 * `sharpness` is the share of fine structure in the contrast; `side_px` the crop's side in the frame.
 */

/** @param {number[]} box x, y, width, height @returns {Square} */
export function cropSquare([x, y, width, height]) {
  return { x: x + width / 2, y: y + height / 2, side: CROP_SCALE * Math.max(width, height) };
}

/** The network's view of a face. @param {{data: Uint8ClampedArray, width: number, height: number}} picture RGBA @param {Square} square within it @returns {Look} */
export function lookAt(picture, square) {
  const pixels = shrink(picture, square);
  return { pixels, side_px: square.side, ...measure(pixels) };
}

/** 48×48 grey levels of a square, each the mean of its area; mirrored beyond the picture's border. @param {{data: Uint8ClampedArray, width: number, height: number}} picture @param {Square} square */
export function shrink(picture, { x, y, side }) {
  const columns = spans(x - side / 2, side, picture.width);
  const rows = spans(y - side / 2, side, picture.height);
  return Uint8ClampedArray.from({ length: FACE_SIZE ** 2 }, (_, i) => meanOf(picture, columns[i % FACE_SIZE], rows[Math.floor(i / FACE_SIZE)]));
}

/** @param {ArrayLike<number>} pixels 48×48 grey levels */
export function measure(pixels) {
  const mean = average(pixels.length, (i) => pixels[i]);
  const variance = average(pixels.length, (i) => (pixels[i] - mean) ** 2);
  return { brightness: mean, contrast: Math.sqrt(variance), sharpness: variance ? averageLaplacian(pixels) / variance : 0 };
}

/** @param {ArrayLike<number>} pixels mean square of the Laplacian inside the border */
function averageLaplacian(pixels) {
  const inner = FACE_SIZE - 2;
  return average(inner ** 2, (k) => {
    const i = (Math.floor(k / inner) + 1) * FACE_SIZE + (k % inner) + 1;
    return (4 * pixels[i] - pixels[i - 1] - pixels[i + 1] - pixels[i - FACE_SIZE] - pixels[i + FACE_SIZE]) ** 2;
  });
}

/** The source pixels of every output pixel along one side. @param {number} start @param {number} side @param {number} limit @returns {number[][]} */
function spans(start, side, limit) {
  const step = side / FACE_SIZE;
  return Array.from({ length: FACE_SIZE }, (_, i) => {
    const first = Math.floor(start + i * step);
    const last = Math.max(first + 1, Math.floor(start + (i + 1) * step));
    return Array.from({ length: last - first }, (_, k) => reflect(first + k, limit));
  });
}

/** An index mirrored at the border into 0..limit-1. @param {number} index @param {number} limit */
function reflect(index, limit) {
  const folded = index < 0 ? -index : index >= limit ? 2 * (limit - 1) - index : index;
  return Math.min(limit - 1, Math.max(0, folded));
}

/** @param {{data: Uint8ClampedArray, width: number}} picture @param {number[]} columns @param {number[]} rows */
function meanOf({ data, width }, columns, rows) {
  let sum = 0;
  for (const row of rows) {
    for (const column of columns) {
      const i = 4 * (row * width + column);
      sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    }
  }
  return sum / (rows.length * columns.length);
}

/** @param {number} count @param {(index: number) => number} value */
function average(count, value) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}
