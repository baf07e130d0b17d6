import assert from "node:assert/strict";
import { test } from "node:test";

import { gapOf, History, stretchesOf } from "../../static/js/record/history.js";
import { lengthOf, momentsOf, parse, sharesOf, toCsv, toJson } from "../../static/js/record/session.js";

const member = (number, happy, certain = true) => ({ number, seen_ms: 0, face: { box: [0, 0, 1, 1], emotion: happy >= 0.5 ? "happy" : "sad", certain, emotions: { happy, sad: Math.round(10 - 10 * happy) / 10 } } });

function record() {
  const history = new History();
  for (let i = 0; i < 10; i++) history.add([member(1, i < 6 ? 0.9 : 0.2), ...(i > 7 ? [member(2, 0.7, false)] : [])], i);
  history.mark(4.5);
  return { started: "2026-01-02T03:04:05.000Z", model: "cnn", lanes: history.lanes, marks: history.marks };
}

for (const [name, write] of [["JSON", toJson], ["CSV", toCsv]]) {
  test(`a session survives ${name}`, () => assert.deepEqual(parse(write(record())), record()));
}

for (const text of ["", "{}", "a,b,c\n1,2,3", '{"format":"lets-face-it-session","faces":[]}', '{"format":"lets-face-it-session","faces":[{"number":1,"samples":[{"at_s":"x"}]}]}', "at_s,face,emotion,certain,happy,mark,started,model\n1,1,happy,1,much,,,"]) {
  test(`${JSON.stringify(text.slice(0, 60))} is refused`, () => assert.throws(() => parse(text)));
}

test("a session sums up to shares and strongest moments", () => {
  const { lanes } = record();
  assert.deepEqual(sharesOf(lanes), [["happy", 0.5], ["sad", 4 / 12], ["not sure", 2 / 12]]);
  assert.deepEqual(momentsOf(lanes).map(({ emotion, at_s, face }) => [emotion, at_s, face]), [["happy", 0, 1], ["sad", 6, 1]]);
  assert.equal(lengthOf(record()), 9);
});

test("a history keeps only its last minute and five samples a second", () => {
  const history = new History(60);
  for (let at_s = 0; at_s < 100; at_s += 0.05) history.add([member(1, 0.9)], at_s);
  const lane = history.lanes.get(1);
  assert.ok(lane[0].at_s >= 39.9 && lane.length <= 305 && lane.length >= 280);
});

test("stretches end where the word changes or the face is away", () => {
  const sample = (at_s, emotion, certain = true) => ({ at_s, emotion, certain, emotions: {} });
  const lane = [sample(0, "happy"), sample(1, "happy"), sample(2, "sad", false), sample(3, "sad"), sample(9, "sad")];
  assert.deepEqual(stretchesOf(lane), [{ emotion: "happy", from_s: 0, to_s: 1 }, { emotion: "sad", from_s: 3, to_s: 3 }, { emotion: "sad", from_s: 9, to_s: 9 }]);
});

test("a record of two models with different words survives CSV with all of them", () => {
  const sample = (at_s, emotion, emotions) => ({ at_s, emotion, certain: true, emotions });
  const lanes = new Map([[1, [sample(0, "happy", { happy: 0.9, sad: 0.1 }), sample(1, "disgust", { disgust: 0.7, happy: 0.2, contempt: 0.1 })]]]);
  const csv = toCsv({ started: "", model: "eight", lanes, marks: [] });
  assert.match(csv, /^at_s,face,emotion,certain,disgust,happy,sad,contempt,mark/);
  assert.deepEqual(sharesOf(parse(csv).lanes), [["happy", 0.5], ["disgust", 0.5]]);
});

test("a pause is an absence by how often samples come", () => {
  const lane = (pause_s) => Array.from({ length: 10 }, (_, i) => ({ at_s: i * pause_s, emotion: "happy", certain: true, emotions: { happy: 1 } }));
  assert.equal(gapOf([]), 1);
  assert.equal(gapOf(lane(0.2)), 1);
  assert.equal(gapOf(lane(1.5)), 4.5);
  assert.equal(gapOf(lane(60)), 6);
});
