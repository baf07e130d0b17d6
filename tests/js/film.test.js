/** The readings of a film by time. */

import assert from "node:assert/strict";
import test from "node:test";

globalThis.Worker ??= undefined;
const { FilmRecord } = await import("../../static/js/film/record.js");
const { stepOf } = await import("../../static/js/film/frames.js");

const analysis = (...tracks) => ({ model: "m", width: 64, height: 48, timing_ms: {}, faces: tracks.map((track) => ({ box: [track, 0, 9, 9], emotion: "happy", certain: true, emotions: { happy: 1 }, track })) });

test("an empty record has no faces at any time", () => {
  const record = new FilmRecord();
  assert.equal(record.at(0), null);
  assert.equal(record.lanes.size, 0);
});

test("a time shows the last frame before it, for a second", () => {
  const record = new FilmRecord();
  for (const time_s of [0, 0.5, 1]) record.add(time_s, analysis(1));
  assert.equal(record.at(0.49).time_s, 0);
  assert.equal(record.at(0.5).time_s, 0.5);
  assert.equal(record.at(1.9).time_s, 1);
  assert.equal(record.at(2.1), null);
  assert.equal(record.at(-0.1), null);
});

test("frames that are read out of order, or again, stand once and in time's order", () => {
  const record = new FilmRecord();
  for (const time_s of [2, 1, 3, 1]) record.add(time_s, analysis(1));
  assert.equal(record.size, 3);
  assert.deepEqual([...record.lanes.values()].flat().map(({ at_s }) => at_s), [1, 2, 3]);
});

test("each face is a lane, a frame without a face is none", () => {
  const record = new FilmRecord();
  record.add(0, analysis(4, 7));
  record.add(0.1, analysis());
  record.add(0.2, analysis(7));
  assert.deepEqual([...record.lanes].map(([number, samples]) => [number, samples.length]), [[1, 1], [2, 2]]);
  assert.equal(record.at(0.15).members.length, 0);
});

test("the step between frames is the least that was seen", () => {
  assert.equal(stepOf([]), 1 / 30);
  assert.equal(stepOf([0]), 1 / 30);
  assert.equal(Math.round(stepOf([0, 0, 0.04, 0.12, 0.16]) * 1000), 40);
});
