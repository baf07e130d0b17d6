import assert from "node:assert/strict";
import { test } from "node:test";

import { Leading } from "../../static/js/faces/leading.js";

const read = (happy, sad, angry, fear) => ({ happy, sad, angry, fear, neutral: 0.05 });

test("three words are shown, the one that leads among them", () => {
  const leading = new Leading();
  assert.deepEqual([...leading.update("happy", read(0.6, 0.2, 0.1, 0.05))].sort(), ["angry", "happy", "sad"]);
  assert.ok(leading.update("fear", read(0.1, 0.1, 0.1, 0.7)).has("fear"));
});

test("words that lie close together do not change places all the time", () => {
  const leading = new Leading();
  const seen = new Set();
  for (let i = 0; i < 100; i++) seen.add([...leading.update("happy", read(0.6, 0.1, i % 2 ? 0.12 : 0.1, i % 2 ? 0.1 : 0.12))].sort().join());
  assert.equal(seen.size, 1);
});

test("another network's words take the place of the last one's", () => {
  const leading = new Leading();
  leading.update("happy", read(0.6, 0.2, 0.1, 0.05));
  assert.deepEqual([...leading.update("pain", { pain: 0.7, calm: 0.3 })].sort(), ["calm", "pain"]);
});
