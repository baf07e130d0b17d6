import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CROP_SCALE, cropSquare, lookAt, measure, shrink } from "../../static/js/faces/crops.js";

/** A grey picture whose pixel at (x, y) is level(x, y). */
function picture(width, height, level) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) data.fill(level(i % width, Math.floor(i / width)), 4 * i, 4 * i + 3);
  return { data, width, height };
}

test("the square is the contract's, centred on the box", () => {
  const contract = readFileSync(new URL("../../app/vision/contract.py", import.meta.url), "utf8");
  assert.equal(CROP_SCALE, Number(/^CROP_SCALE = ([\d.]+)$/m.exec(contract)[1]));
  assert.deepEqual(cropSquare([10, 20, 100, 80]), { x: 60, y: 60, side: 100 * CROP_SCALE });
});

test("a crop as large as the network's input is the picture itself", () => {
  const pixels = shrink(picture(48, 48, (x, y) => x * 5 + (y % 3)), { x: 24, y: 24, side: 48 });
  assert.deepEqual([...pixels.slice(0, 4)], [0, 5, 10, 15]);
  assert.equal(pixels[48], 1);
});

test("a larger crop is averaged by area", () => {
  const pixels = shrink(picture(96, 96, (x) => (x % 2 ? 200 : 100)), { x: 48, y: 48, side: 96 });
  assert.ok(pixels.every((level) => level === 150));
});

test("a square that leaves the picture is mirrored there", () => {
  const pixels = shrink(picture(48, 48, (x) => x), { x: 20, y: 24, side: 48 });
  assert.deepEqual([...pixels.slice(0, 6)], [4, 3, 2, 1, 0, 1]);
});

test("light, contrast and sharpness are measured", () => {
  const flat = lookAt(picture(60, 60, () => 90), { x: 30, y: 30, side: 48 });
  assert.equal(flat.brightness, 90);
  assert.equal(flat.contrast, 0);
  assert.equal(flat.sharpness, 0);
  const smooth = measure(shrink(picture(48, 48, (x) => 128 + 100 * Math.sin(x / 8)), { x: 24, y: 24, side: 48 }));
  const fine = measure(shrink(picture(48, 48, (x) => 128 + 100 * Math.sin(x * 2)), { x: 24, y: 24, side: 48 }));
  assert.ok(fine.sharpness > 20 * smooth.sharpness);
});
