// @ts-check
/** A saliency map in colours and in words. Pure. */

import { say } from "../shared/words.js";
import { nameOf, sureness } from "./emotions.js";

/**
 * @typedef {import("./emotions.js").Face & {model: string, grid: number[][]}} Explanation
 * `grid` holds rows from the top left of the square that was read: the logarithm of how much less probable the
 * emotion is with that part hidden.
 */

export const HEAT_SIDE = 64;

const TELLING = 0.05; // hiding the part makes the word a twentieth less probable; smaller effects do not count
const BRIGHT = 0.2; // from this value a map is drawn at full brightness
// Each step is lighter than the one before, as in matplotlib's inferno, so that the map is readable without colours.
const COLOURS = [[10, 8, 38, 150], [112, 26, 110, 150], [221, 81, 58, 145], [252, 165, 40, 140], [252, 250, 160, 150]];
// Where each part ends, from the top, in a square as OpenCV's frontal cascade frames a face.
const PARTS = /** @type {const} */ ([
  [0.24, say("Most of all the forehead did.")],
  [0.5, say("Most of all the eyes and brows did.")],
  [0.66, say("Most of all the nose and cheeks did.")],
  [1, say("Most of all the mouth and chin did.")],
]);

/** RGBA of a map, 64 by 64: the more a part supports the word, the brighter; transparent towards the square's edge. @param {number[][]} grid */
export function heatPixels(grid) {
  const most = Math.max(BRIGHT, ...grid.flat());
  const pixels = new Uint8ClampedArray(4 * HEAT_SIDE ** 2);
  for (let i = 0; i < HEAT_SIDE ** 2; i++) {
    const [x, y] = [((i % HEAT_SIDE) + 0.5) / HEAT_SIDE, (Math.floor(i / HEAT_SIDE) + 0.5) / HEAT_SIDE];
    const [red, green, blue, alpha] = colourAt(Math.max(0, valueAt(grid, x, y)) / most);
    pixels.set([red, green, blue, alpha * edge(x) * edge(y)], 4 * i);
  }
  return pixels;
}

/** Whether hiding any part matters. @param {Explanation} explanation */
export function hasTelling({ grid }) {
  return Math.max(...grid.flat()) >= TELLING;
}

/** A map's result as a sentence, also for people who cannot see the map. @param {Explanation} explanation */
export function tell({ grid, emotion, emotions }) {
  const most = Math.max(...grid.flat());
  const word = nameOf(emotion);
  if (most < TELLING) return say("The whole face spoke for “{word}”: whichever part is hidden, it stays about as sure.", { word });
  const row = grid.findIndex((cells) => cells.includes(most));
  const part = PARTS.find(([until]) => (row + 0.5) / grid.length <= until)?.[1];
  const without = say("With the brightest part hidden it would be {less} instead of {sure}.", { less: sureness(emotions[emotion] * Math.exp(-most)), sure: sureness(emotions[emotion]) });
  return `${say("The brighter a part, the more it spoke for “{word}”.", { word })} ${part} ${without}`;
}

/** The map's value at a point of the square, coordinates 0..1, interpolated between the cells' centres. @param {number[][]} grid @param {number} x @param {number} y */
function valueAt(grid, x, y) {
  const [left, right, across] = between(x, grid.length);
  const [top, bottom, down] = between(y, grid.length);
  const along = (/** @type {number[]} */ row) => row[left] + across * (row[right] - row[left]);
  return along(grid[top]) + down * (along(grid[bottom]) - along(grid[top]));
}

/** The two cells around a point, and its position between them, 0..1. @param {number} at 0..1 @param {number} cells @returns {[number, number, number]} */
function between(at, cells) {
  const place = Math.min(cells - 1, Math.max(0, at * cells - 0.5));
  const first = Math.min(cells - 2, Math.floor(place));
  const share = place - first;
  return [first, first + 1, share * share * (3 - 2 * share)];
}

/** @param {number} strength 0..1 */
function colourAt(strength) {
  const place = Math.min(0.9999, strength) * (COLOURS.length - 1);
  const first = Math.floor(place);
  return COLOURS[first].map((value, i) => value + (place - first) * (COLOURS[first + 1][i] - value));
}

/** The opacity near an edge, 0..1. @param {number} at 0..1 */
function edge(at) {
  return Math.min(1, 14 * Math.min(at, 1 - at));
}
