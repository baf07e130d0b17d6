// @ts-check
/** Grey pictures, and squares cut out and reduced as OpenCV does on the server. Pure. */

/** @typedef {{data: Uint8Array, width: number, height: number}} Picture grey levels, row by row from the top */
/** @typedef {{data: Uint8ClampedArray, width: number, height: number}} Rgba */

const FACE_PX = 48;

/** The grey levels of a picture, with OpenCV's weights of the colours. @param {Rgba} rgba @returns {Picture} */
export function toGrey({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < grey.length; i++, k += 4) grey[i] = (data[k] * 4899 + data[k + 1] * 9617 + data[k + 2] * 1868 + 8192) >> 14;
  return { data: grey, width, height };
}

/** A network's input for a face: 48×48 grey levels, upright; port of app/vision/faces.py. @param {Picture} grey @param {{x: number, y: number, side: number, tilt_deg: number}} place @returns {Uint8Array} */
export function cropFace(grey, { x, y, side, tilt_deg }) {
  return resize(cutSquare(grey, { x, y, side }, tilt_deg), FACE_PX, FACE_PX).data;
}

/**
 * A square of a picture in the picture's own scale, turned back by `tilt_deg`; mirrored beyond the picture's border.
 * @param {Picture} picture @param {{x: number, y: number, side: number}} square centre and side in pixels
 * @param {number} tilt_deg the head's lean, clockwise positive @returns {Picture}
 */
export function cutSquare(picture, { x, y, side }, tilt_deg = 0) {
  const whole = Math.max(1, Math.round(side));
  return tilt_deg ? cutTurned(picture, x, y, whole, tilt_deg) : cutUpright(picture, roundEven(x - whole / 2), roundEven(y - whole / 2), whole);
}

/** A resized picture: area means where it shrinks, otherwise bilinear interpolation. @param {Picture} picture @param {number} width @param {number} height @returns {Picture} */
export function resize(picture, width, height) {
  const shrinks = picture.width >= width && picture.height >= height;
  const columns = (shrinks ? areas : neighbours)(picture.width, width);
  const rows = (shrinks ? areas : neighbours)(picture.height, height);
  return weigh(picture, columns, rows);
}

/** Rounds halves to the even number, as Python does. @param {number} value */
export function roundEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

/** An index mirrored at the border without repeating the border pixel: OpenCV's BORDER_REFLECT_101. @param {number} index @param {number} limit */
export function reflect(index, limit) {
  if (index >= 0 && index < limit) return index;
  if (limit === 1) return 0;
  const period = 2 * (limit - 1);
  const folded = ((index % period) + period) % period;
  return folded < limit ? folded : period - folded;
}

/** @param {Picture} picture @param {number} left @param {number} top @param {number} side @returns {Picture} */
function cutUpright({ data, width, height }, left, top, side) {
  const cut = new Uint8Array(side * side);
  const columns = Array.from({ length: side }, (_, i) => reflect(left + i, width));
  for (let row = 0, at = 0; row < side; row++) {
    const start = reflect(top + row, height) * width;
    for (const column of columns) cut[at++] = data[start + column];
  }
  return { data: cut, width: side, height: side };
}

/** @param {Picture} picture @param {number} x @param {number} y @param {number} side @param {number} tilt_deg @returns {Picture} */
function cutTurned({ data, width, height }, x, y, side, tilt_deg) {
  const cut = new Uint8Array(side * side);
  const [cos, sin] = [Math.cos((tilt_deg * Math.PI) / 180), Math.sin((tilt_deg * Math.PI) / 180)];
  const half = (side - 1) / 2;
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const u = x - 0.5 + cos * (column - half) - sin * (row - half);
      const v = y - 0.5 + sin * (column - half) + cos * (row - half);
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [x0, x1] = [reflect(left, width), reflect(left + 1, width)];
      const [y0, y1] = [reflect(top, height) * width, reflect(top + 1, height) * width];
      const above = data[y0 + x0] + (u - left) * (data[y0 + x1] - data[y0 + x0]);
      const below = data[y1 + x0] + (u - left) * (data[y1 + x1] - data[y1 + x0]);
      cut[at++] = above + (v - top) * (below - above) + 0.5;
    }
  }
  return { data: cut, width: side, height: side };
}

/** @typedef {{index: Int32Array, weight: Float32Array, from: Int32Array}} Weights of the source pixels; output i has the entries from[i] to from[i + 1], exclusive */

/** The share of each output pixel that each source pixel covers. @param {number} source @param {number} target @returns {Weights} */
function areas(source, target) {
  const step = source / target;
  return collect(target, (i) => {
    const [start, end] = [i * step, Math.min((i + 1) * step, source)];
    const parts = [];
    for (let k = Math.floor(start); k < Math.ceil(end - 1e-9); k++) parts.push([k, (Math.min(end, k + 1) - Math.max(start, k)) / (end - start)]);
    return parts;
  });
}

/** The two nearest source pixels of each output pixel. @param {number} source @param {number} target @returns {Weights} */
function neighbours(source, target) {
  const step = source / target;
  return collect(target, (i) => {
    const at = Math.min(Math.max((i + 0.5) * step - 0.5, 0), source - 1);
    const low = Math.min(Math.floor(at), Math.max(0, source - 2));
    return source === 1 ? [[0, 1]] : [[low, 1 - (at - low)], [low + 1, at - low]];
  });
}

/** @param {number} target @param {(i: number) => number[][]} partsOf @returns {Weights} */
function collect(target, partsOf) {
  const parts = Array.from({ length: target }, (_, i) => partsOf(i));
  const from = new Int32Array(target + 1);
  parts.forEach((each, i) => (from[i + 1] = from[i] + each.length));
  return { index: Int32Array.from(parts.flat(), ([k]) => k), weight: Float32Array.from(parts.flat(), ([, share]) => share), from };
}

/** @param {Picture} picture @param {Weights} columns @param {Weights} rows @returns {Picture} */
function weigh({ data, width, height }, columns, rows) {
  const [narrowed, lowered] = [columns.from.length - 1, rows.from.length - 1];
  const narrow = new Float32Array(narrowed * height);
  for (let row = 0, at = 0; row < height; row++) {
    const start = row * width;
    for (let i = 0; i < narrowed; i++) {
      let sum = 0;
      for (let k = columns.from[i]; k < columns.from[i + 1]; k++) sum += columns.weight[k] * data[start + columns.index[k]];
      narrow[at++] = sum;
    }
  }
  const small = new Uint8Array(narrowed * lowered);
  for (let j = 0; j < lowered; j++) {
    for (let i = 0; i < narrowed; i++) {
      let sum = 0;
      for (let k = rows.from[j]; k < rows.from[j + 1]; k++) sum += rows.weight[k] * narrow[rows.index[k] * narrowed + i];
      small[j * narrowed + i] = roundEven(sum);
    }
  }
  return { data: small, width: narrowed, height: lowered };
}
