import assert from "node:assert/strict";
import { test } from "node:test";

import { HEAT_SIDE, heatPixels, tell } from "../../static/js/faces/heat.js";

const grid = (size, at = {}) => Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => at[`${row},${column}`] ?? 0));
const explanation = (map) => ({ grid: map, emotion: "happy", emotions: { happy: 0.8, sad: 0.2 } });

/** A pixel's brightness, at a place given in cells of the map. */
function lightness(pixels, size) {
  return (row, column) => {
    const [x, y] = [column, row].map((cell) => Math.floor(((cell + 0.5) / size) * HEAT_SIDE));
    const [red, green, blue] = pixels.subarray(4 * (y * HEAT_SIDE + x));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
}

test("what spoke most is lightest, and what spoke against is as dark as what said nothing", () => {
  const at = lightness(heatPixels(grid(8, { "6,3": 0.9, "6,5": 0.45, "1,1": -0.9 })), 8);
  assert.ok(at(6, 3) > at(6, 5) && at(6, 5) > at(3, 3));
  assert.equal(at(1, 1), at(3, 6));
});

test("lightness rises all the way, so that the map reads without colours", () => {
  const steps = Array.from({ length: 9 }, (_, i) => i / 8);
  const at = lightness(heatPixels(steps.map(() => steps)), 9);
  for (let column = 1; column < 9; column++) assert.ok(at(4, column) > at(4, column - 1));
});

test("a weak map is not blown up to a strong one", () => {
  const weak = lightness(heatPixels(grid(4, { "1,1": 0.02 })), 4);
  const strong = lightness(heatPixels(grid(4, { "1,1": 0.6 })), 4);
  assert.ok(weak(1, 1) < strong(1, 1) / 3);
});

test("the map fades out at its edge and covers the whole of the rest", () => {
  const pixels = heatPixels(grid(5));
  assert.ok(pixels[3] < 20);
  assert.ok(pixels[4 * (HEAT_SIDE * 32 + 32) + 3] > 100);
});

for (const [row, words] of [[0, /the forehead/], [3, /the eyes and brows/], [4, /the nose and cheeks/], [7, /the mouth and chin/]]) {
  test(`row ${row} of 8 is ${words.source}`, () => assert.match(tell(explanation(grid(8, { [`${row},4`]: 0.5 }))), words));
}

test("the words say what the brightest part was worth", () => {
  assert.match(tell(explanation(grid(8, { "6,4": Math.LN2 }))), /40% instead of 80%/);
});

test("where no part mattered the words say so", () => {
  assert.match(tell(explanation(grid(8, { "6,4": 0.03, "0,0": -2 }))), /^The whole face spoke for “happy”/);
});
