import assert from "node:assert/strict";
import { test } from "node:test";

import { common, placeLabels } from "../../static/js/drawing/labels.js";

const AREA = [0, 0, 640, 480];
const wish = (x, y, side = 80) => ({ frame: [x, y, side, side], wide: 140, high: 30 });

test("no face needs no label", () => assert.deepEqual(placeLabels([], AREA, 8), []));

test("a label stands above its face, in the middle", () => {
  assert.deepEqual(placeLabels([wish(200, 200)], AREA, 8), [[170, 162, 140, 30]]);
});

test("where there is no room above it stands below", () => {
  assert.deepEqual(placeLabels([wish(200, 10)], AREA, 8), [[170, 98, 140, 30]]);
});

test("a face that fills the picture keeps its label inside", () => {
  const [[x, y, wide, high]] = placeLabels([wish(0, 0, 480)], AREA, 8);
  assert.ok(x >= 0 && y >= 0 && x + wide <= 640 && y + high <= 480);
});

for (const [name, places] of Object.entries({
  "two side by side": [[200, 200], [290, 200]],
  "five in a row": [[20, 200], [110, 200], [200, 200], [290, 200], [380, 200]],
  "five crowded at the top": [[20, 2], [110, 8], [200, 0], [290, 5], [380, 1]],
  "two above each other": [[200, 120], [205, 240]],
  "a corner": [[0, 0], [84, 0], [0, 84], [84, 84]],
})) {
  test(`${name} get labels that lie on no other label and inside the picture`, () => {
    const labels = placeLabels(places.map(([x, y]) => wish(x, y)), AREA, 8);
    labels.forEach((label, i) => {
      assert.ok(label[0] >= 0 && label[1] >= 0 && label[0] + label[2] <= 640 && label[1] + label[3] <= 480);
      for (const other of labels.slice(i + 1)) assert.equal(common(label, other), 0);
    });
  });
}

test("a label avoids the next face rather than its own side", () => {
  const [, below] = placeLabels([wish(200, 100, 100), wish(200, 206, 100)], AREA, 8);
  assert.equal(common(below, [200, 100, 100, 100]), 0);
});
