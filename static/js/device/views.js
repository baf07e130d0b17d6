// @ts-check
/** Square views of a grey picture at any place, size and turn: the finder network's inputs. Pure; port of app/vision/views.py. */

import { resize, roundEven } from "./pixels.js";

/** @typedef {import("./pixels.js").Picture} Picture */
/**
 * @typedef {{pixels: Uint8Array, matrix: number[]}} View
 * `pixels` are size×size grey levels; `matrix` is [a, b, c, d, e, f]: a point (u, v) of the view lies at
 * (a u + b v + c, d u + e v + f) in the picture, counted from the outer edge of the first pixel.
 */

/** The point of the picture at a point of the view. @param {View} view @param {number} u @param {number} v */
export function toPicture({ matrix: [a, b, c, d, e, f] }, u, v) {
  return [a * u + b * v + c, d * u + e * v + f];
}

/** The length of a view's pixel in picture pixels. @param {View} view */
export function scaleOf({ matrix }) {
  return Math.hypot(matrix[0], matrix[3]);
}

/**
 * The view of the square of `side` picture pixels around (x, y), turned clockwise; what lies outside the picture repeats its edge.
 * @param {Picture} picture @param {{x: number, y: number, side: number, turn_deg: number}} square @param {number} size @returns {View}
 */
export function cut(picture, { x, y, side, turn_deg }, size) {
  const angle = (turn_deg * Math.PI) / 180;
  const scale = side / size;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const matrix = [cos, -sin, x - ((cos - sin) * size) / 2, sin, cos, y - ((sin + cos) * size) / 2];
  const reach = (side * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)))) / 2;
  const { part, left, top, across, down } = reduced(picture, x, y, reach, scale);
  const [a, b, c, d, e, f] = matrix;
  const inner = [a / across, b / across, (c - left) / across, d / down, e / down, (f - top) / down];
  inner[2] += (inner[0] + inner[1]) / 2 - 0.5; // counted from the centre of the first pixel
  inner[5] += (inner[3] + inner[4]) / 2 - 0.5;
  return { pixels: warp(part, inner, size), matrix };
}

/** Overlapping views of squares of `side` picture pixels that cover a picture, row by row. @param {Picture} picture @param {number} side @param {number} overlap @param {number} size @returns {View[]} */
export function tiles(picture, side, overlap, size) {
  const scale = side / size;
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, roundEven(length / scale)));
  const small = resize(picture, width, height);
  const [across, down] = [picture.width / width, picture.height / height];
  const [before, above] = [width, height].map((length) => Math.floor(Math.max(0, size - length) / 2));
  const views = [];
  for (const top of starts(Math.max(height, size), size, overlap)) {
    for (const left of starts(Math.max(width, size), size, overlap)) {
      const [x, y] = [left - before, top - above];
      views.push({ pixels: windowOf(small, x, y, size), matrix: [across, 0, x * across, 0, down, y * down] });
    }
  }
  return views;
}

/** The starts of windows of `size` that cover a length; neighbours overlap by at least the share `overlap`. @param {number} length @param {number} size @param {number} overlap */
export function starts(length, size, overlap) {
  if (length <= size) return [0];
  const steps = Math.ceil((length - size) / (size * (1 - overlap)));
  return Array.from({ length: steps + 1 }, (_, index) => roundEven((index * (length - size)) / steps));
}

/** The part of the picture that a view needs, its corner and its reduction; the part is reduced first to avoid aliasing. @param {Picture} picture @param {number} x @param {number} y @param {number} reach @param {number} scale */
function reduced(picture, x, y, reach, scale) {
  const [left, right] = [x - reach - 2, x + reach + 2].map((n) => clipped(Math.trunc(n), picture.width));
  const [top, bottom] = [y - reach - 2, y + reach + 2].map((n) => clipped(Math.trunc(n), picture.height));
  const part = partOf(picture, left, top, right - left + 1, bottom - top + 1);
  if (scale < 2) return { part, left, top, across: 1, down: 1 };
  const [width, height] = [part.width, part.height].map((length) => Math.max(1, Math.trunc((length / scale) * 1.5)));
  return { part: resize(part, width, height), left, top, across: part.width / width, down: part.height / height };
}

/** @param {Picture} picture @param {number[]} matrix @param {number} size */
function warp({ data, width, height }, [a, b, c, d, e, f], size) {
  const pixels = new Uint8Array(size * size);
  let at = 0;
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const x = a * u + b * v + c;
      const y = d * u + e * v + f;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const [x0, x1] = [clipped(left, width), clipped(left + 1, width)];
      const [y0, y1] = [clipped(top, height) * width, clipped(top + 1, height) * width];
      const above = data[y0 + x0] + (x - left) * (data[y0 + x1] - data[y0 + x0]);
      const below = data[y1 + x0] + (x - left) * (data[y1 + x1] - data[y1 + x0]);
      pixels[at++] = above + (y - top) * (below - above) + 0.5;
    }
  }
  return pixels;
}

/** @param {Picture} picture @param {number} left @param {number} top @param {number} width @param {number} height @returns {Picture} */
function partOf(picture, left, top, width, height) {
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * picture.width + left;
    data.set(picture.data.subarray(start, start + width), row * width);
  }
  return { data, width, height };
}

/** @param {Picture} picture @param {number} left @param {number} top @param {number} size */
function windowOf({ data, width, height }, left, top, size) {
  const pixels = new Uint8Array(size * size);
  for (let row = 0, at = 0; row < size; row++) {
    const start = clipped(top + row, height) * width;
    for (let column = 0; column < size; column++) pixels[at++] = data[start + clipped(left + column, width)];
  }
  return pixels;
}

/** @param {number} index @param {number} limit */
function clipped(index, limit) {
  return index < 0 ? 0 : index >= limit ? limit - 1 : index;
}
