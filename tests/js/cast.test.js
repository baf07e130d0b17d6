import assert from "node:assert/strict";
import { test } from "node:test";

import { Cast, overlap } from "../../static/js/faces/cast.js";

const face = (box, track) => ({ box, emotion: "happy", certain: true, emotions: { happy: 1 }, ...(track !== undefined && { track }) });
const numbers = (members) => members.map((member) => member.number);

test("no face has no number", () => assert.deepEqual(new Cast().update([], 0), []));

test("a face that moves a little keeps its number, whatever the order of the reply", () => {
  const cast = new Cast();
  cast.update([face([0, 0, 100, 100]), face([300, 0, 80, 80])], 0);
  const members = cast.update([face([310, 5, 120, 120]), face([8, 4, 100, 100])], 50);
  assert.deepEqual(numbers(members), [1, 2]);
  assert.deepEqual(members[0].face.box, [8, 4, 100, 100]);
});

test("a track decides where there is one", () => {
  const cast = new Cast();
  cast.update([face([0, 0, 100, 100], 7), face([300, 0, 100, 100], 9)], 0);
  const [first] = cast.update([face([400, 200, 100, 100], 7)], 50);
  assert.equal(first.number, 1);
});

test("a face whose track begins anew at its place keeps its number, one that comes elsewhere gets another", () => {
  const cast = new Cast();
  cast.update([face([0, 0, 100, 100], 7)], 0);
  assert.deepEqual(numbers(cast.update([face([5, 0, 100, 100], 8)], 50)), [1]);
  assert.deepEqual(numbers(cast.update([face([5, 0, 100, 100], 8), face([10, 0, 100, 100], 9)], 100)), [1, 2]);
  assert.deepEqual(numbers(cast.update([face([400, 0, 100, 100], 10)], 150)), [3]);
});

test("a short miss keeps the number, a long one frees it", () => {
  const cast = new Cast();
  cast.update([face([0, 0, 100, 100])], 0);
  cast.update([], 300);
  assert.deepEqual(numbers(cast.update([face([300, 0, 50, 50]), face([2, 0, 100, 100])], 600)), [1, 2]);
  cast.update([], 5000);
  assert.deepEqual(numbers(cast.update([face([300, 0, 50, 50])], 5100)), [1]);
});

test("the overlap of boxes runs from 0 to 1", () => {
  assert.equal(overlap([0, 0, 10, 10], [10, 0, 10, 10]), 0);
  assert.equal(overlap([0, 0, 10, 10], [0, 0, 10, 10]), 1);
  assert.equal(overlap([0, 0, 10, 10], [5, 0, 10, 10]), 1 / 3);
});
