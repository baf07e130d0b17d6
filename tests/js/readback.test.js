import assert from "node:assert/strict";
import { test } from "node:test";

import { findScrambling } from "../../static/js/camera/readback.js";

/** A fake canvas that stores filled rectangles; `seen` changes the pixels that it returns. */
function canvas(seen = (value) => value) {
  const pixels = new Map();
  const context = {
    fillRect(left, top, width, height) {
      const colour = /rgb\((\d+) (\d+) (\d+)\)/.exec(this.fillStyle).slice(1).map(Number);
      for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) pixels.set(`${x},${y}`, colour);
    },
    getImageData(_left, _top, width, height) {
      const data = new Uint8ClampedArray(4 * width * height);
      for (let i = 0; i < width * height; i++) data.set((pixels.get(`${i % width},${Math.floor(i / width)}`) ?? [0, 0, 0]).map(seen), 4 * i);
      return { data };
    },
  };
  return { getContext: () => context };
}

test("pixels that are read as they were drawn are no hindrance", () => assert.equal(findScrambling(canvas), null));

test("a browser that adds a little noise is no hindrance", () => {
  assert.equal(findScrambling(() => canvas((value, i) => value + (i % 2 ? 3 : -3))), null);
});

for (const [what, seen] of [["white", () => 255], ["noise", () => Math.floor(256 * Math.random())]]) {
  test(`a browser that gives ${what} is told with what to allow`, () => assert.match(findScrambling(() => canvas(seen)).remedy, /canvas data/));
}
