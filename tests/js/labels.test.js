import assert from "node:assert/strict";
import { test } from "node:test";

import { common, placeLabels } from "../../static/js/drawing/labels.js";

const AREA = [0, 0, 640, 480];
const SIZES = [[140, 30], [100, 30], [30, 30]];
const wish = (x, y, side = 80, last) => ({ frame: [x, y, side, side], sizes: SIZES, last });
const inside = ([x, y, wide, high]) => x >= 0 && y >= 0 && x + wide <= 640 && y + high <= 480;

test("no face needs no label", () => assert.deepEqual(placeLabels([], AREA, 8), []));

test("a label stands above its face, in the middle", () => {
  assert.deepEqual(placeLabels([wish(200, 200)], AREA, 8)[0].rectangle, [170, 162, 140, 30]);
});

test("where there is no room above it stands below", () => {
  assert.deepEqual(placeLabels([wish(200, 10)], AREA, 8)[0].rectangle, [170, 98, 140, 30]);
});

test("a label keeps its spot while it has room there", () => {
  assert.equal(placeLabels([wish(200, 200, 80, "below 0")], AREA, 8)[0].spot, "below 0");
});

test("a face that fills the picture has no room for a label beside it", () => {
  assert.deepEqual(placeLabels([wish(0, 0, 480)], [0, 0, 480, 480], 8), [null]);
});

/** `count` faces in rows, as in a group photo, `step` apart. */
const crowd = (count, step, side) => Array.from({ length: count }, (_, i) => wish(10 + (i % 6) * step, 40 + Math.floor(i / 6) * 1.5 * side, side));

for (const [name, wishes] of Object.entries({
  "two side by side": [wish(200, 200), wish(290, 200)],
  "five in a row": crowd(5, 100, 80),
  "a group of fifteen": crowd(15, 104, 70),
  "a crowd of eighteen": crowd(18, 100, 90),
  "two above each other": [wish(200, 120), wish(205, 240)],
  "a large face before small ones": [wish(200, 100, 240), wish(100, 60, 60), wish(450, 60, 60), wish(460, 200, 60)],
})) {
  test(`${name}: a label lies at its own face, on no other face and on no other label`, () => {
    const labels = placeLabels(wishes, AREA, 8);
    labels.forEach((label, i) => {
      if (!label) return;
      assert.ok(inside(label.rectangle));
      wishes.forEach(({ frame }, other) => other !== i && assert.equal(common(label.rectangle, frame), 0));
      labels.slice(i + 1).forEach((other) => other && assert.equal(common(label.rectangle, other.rectangle), 0));
      const distances = wishes.map(({ frame }) => distance(label.rectangle, frame));
      assert.equal(distances.indexOf(Math.min(...distances)), i, "the nearest face is its own");
    });
  });
}

test("where words have no room the number and the little face may", () => {
  const sizes = placeLabels(crowd(15, 104, 70), AREA, 8).map((label) => label?.size);
  assert.ok(sizes.some((size) => size > 0));
});

/** The distance of two rectangles. */
function distance(a, b) {
  const across = Math.max(0, b[0] - a[0] - a[2], a[0] - b[0] - b[2]);
  const down = Math.max(0, b[1] - a[1] - a[3], a[1] - b[1] - b[3]);
  return Math.hypot(across, down);
}
