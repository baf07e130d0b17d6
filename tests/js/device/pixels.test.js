/** Pictures are cut and made smaller as OpenCV does it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cutSquare, reflect, resize, roundEven, toGrey } from "../../../static/js/device/pixels.js";

const ramp = { data: Uint8Array.from({ length: 16 }, (_, i) => 10 * i), width: 4, height: 4 };

test("halves are rounded to the even number, as Python rounds them", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 1.4, 1.6].map((n) => roundEven(n) + 0), [0, 2, 2, 0, -2, 1, 2]);
});

test("an index beyond the border is mirrored, the border's pixel once", () => {
  assert.deepEqual([-2, -1, 0, 3, 4, 5, 9].map((index) => reflect(index, 4)), [2, 1, 0, 3, 2, 1, 3]);
  assert.equal(reflect(7, 1), 0);
});

test("a picture shrinks to the means of its areas", () => {
  assert.deepEqual([...resize(ramp, 2, 2).data], [25 + 0, 45, 105, 125].map((level) => level));
  assert.deepEqual([...resize(ramp, 4, 4).data], [...ramp.data]);
});

test("a small picture is enlarged between its pixels", () => {
  const large = resize({ data: Uint8Array.from([0, 100]), width: 2, height: 1 }, 4, 1);
  assert.deepEqual([...large.data], [0, 25, 75, 100]);
});

test("a square that leaves the picture is mirrored", () => {
  const { data, width } = cutSquare(ramp, { x: 0, y: 0, side: 4 });
  assert.equal(width, 4);
  assert.deepEqual([...data.slice(0, 4)], [100, 90, 80, 90]);
});

test("a turn by nothing changes nothing, one by a quarter turns the square", () => {
  const square = { x: 2, y: 2, side: 4 };
  assert.deepEqual([...cutSquare(ramp, square, 360).data], [...cutSquare(ramp, square).data]);
  assert.deepEqual([...cutSquare(ramp, square, 90).data.slice(0, 4)], [30, 70, 110, 150]);
});

test("colours become grey as OpenCV weighs them", () => {
  const rgba = { data: Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]), width: 3, height: 1 };
  assert.deepEqual([...toGrey(rgba).data], [76, 150, 29]);
});
