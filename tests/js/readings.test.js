import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { against, restOf } from "../../static/js/faces/baseline.js";
import { Readings } from "../../static/js/faces/readings.js";

/**
 * Answers of the shipped cnn to faces of FER2013's PrivateTest: to one neutral face, mostly read as sad, in variants
 * shifted by a pixel or with slightly other light; and to forty faces that it reads as happy.
 */
const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8"));
const named = (shares) => Object.fromEntries(recorded.labels.map((label, i) => [label, shares[i]]));
const RELAXED = recorded.relaxed.map(named);
const SMILING = recorded.smiling.map(named);

const leading = (emotions) => Object.keys(emotions).reduce((best, label) => (emotions[label] > emotions[best] ? label : best));
const face = (emotions) => ({ box: [0, 0, 100, 100], emotion: leading(emotions), certain: true, emotions });

test("a face that rests in sadness reads neutral against itself", () => {
  assert.ok(RELAXED.filter((emotions) => leading(emotions) === "sad").length > RELAXED.length / 2);
  const rest = restOf(RELAXED);
  for (const emotions of RELAXED) assert.equal(leading(against(emotions, rest)), "neutral");
});

test("a smile still reads happy against that rest", () => {
  const rest = restOf(RELAXED);
  const happy = SMILING.filter((emotions) => leading(against(emotions, rest)) === "happy");
  assert.ok(happy.length >= 0.95 * SMILING.length);
  assert.ok(SMILING.filter((emotions) => emotions.happy > recorded.threshold).every((emotions) => happy.includes(emotions)));
});

test("a model of eight words has a rest like any other, and one without neutral is even there", () => {
  const words = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt"];
  const says = (word, known) => Object.fromEntries(known.map((each) => [each, each === word ? 0.86 : 0.14 / (known.length - 1)]));
  const rest = restOf([says("contempt", words)]);
  assert.equal(leading(against(says("contempt", words), rest)), "neutral");
  assert.equal(leading(against(says("disgust", words), rest)), "disgust");
  const own = ["happy", "doubt", "pain"];
  const even = Object.values(against(says("doubt", own), restOf([says("doubt", own)])));
  assert.ok(even.every((share) => Math.abs(share - 1 / 3) < 1e-9));
});

test("probabilities against a rest sum to 1 and never run away", () => {
  const emotions = against(named([0, 0, 0, 1, 0, 0]), restOf([named([0, 0, 1, 0, 0, 0])]));
  assert.ok(Math.abs(Object.values(emotions).reduce((a, b) => a + b) - 1) < 1e-9);
  assert.ok(Object.values(emotions).every((share) => Number.isFinite(share)));
});

test("readings pass untouched where nothing is asked for", () => {
  const [member] = new Readings().update([face(RELAXED[0])], 0);
  assert.deepEqual(member.face, face(RELAXED[0]));
});

test("five seconds of rest set the zero, and forgetting clears it", () => {
  const readings = new Readings();
  readings.threshold = 0.3;
  readings.beginRest(0);
  for (let at_ms = 0; at_ms <= 4900; at_ms += 100) readings.update([face(RELAXED[(at_ms / 100) % RELAXED.length])], at_ms);
  assert.equal(readings.hasRest, false);
  assert.ok(readings.restLeft_s(4900) > 0);
  const [member] = readings.update([face(RELAXED[0])], 5000);
  assert.equal(readings.hasRest, true);
  assert.equal(member.face.emotion, "neutral");
  assert.ok(member.face.certain);
  assert.ok(member.face.raw.sad > 0.5);
  readings.forgetRest();
  assert.equal(readings.update([face(RELAXED[0])], 10100)[0].face.emotion, "sad");
});

/** Readings of the given tracks, each with a recorded resting face. */
function rested(...tracks) {
  const readings = new Readings();
  readings.beginRest(0);
  for (const at_ms of [0, 1000, 2000, 3000, 4000, 5000]) readings.update(seen(...tracks), at_ms);
  assert.equal(readings.hasRest, true);
  return readings;
}

const seen = (...tracks) => tracks.map((track, i) => ({ ...face(RELAXED[0]), box: [200 * i, 0, 100, 100], track }));
const kept = (readings) => [readings.hasRest, readings.hasLostRest];

test("a rest stays while its face does, whoever comes beside it", () => {
  const readings = rested(7);
  const [known, stranger] = readings.update(seen(7, 8), 10100);
  assert.equal(known.face.emotion, "neutral");
  assert.equal(stranger.face.emotion, "sad");
  assert.deepEqual(kept(readings), [true, false]);
});

test("a rest is forgotten where its number passes to another face, which is not shown against it", () => {
  const readings = rested(7);
  readings.update([], 10100);
  const [stranger] = readings.update(seen(8), 12000);
  assert.equal(stranger.number, 1);
  assert.equal(stranger.face.emotion, "sad");
  assert.deepEqual(kept(readings), [false, true]);
});

test("several rests are forgotten where the numbers are dealt anew", () => {
  const readings = rested(7, 8);
  readings.clear();
  assert.deepEqual(kept(readings), [false, true]);
  assert.deepEqual(readings.update(seen(8, 7), 10100).map((member) => member.face.emotion), ["sad", "sad"]);
});

test("a single rest stays for a single face that comes next, and for no two", () => {
  const [alone, beside] = [rested(7), rested(7)];
  for (const readings of [alone, beside]) readings.clear();
  alone.update(seen(1), 10100);
  assert.equal(alone.update(seen(1, 2), 10200)[0].face.emotion, "neutral");
  assert.deepEqual(kept(alone), [true, false]);
  assert.equal(beside.update(seen(1, 2), 10100)[0].face.emotion, "sad");
  assert.deepEqual(kept(beside), [false, true]);
});

test("a rest that is just being taken is no mixture of two people", () => {
  const readings = new Readings();
  readings.beginRest(0);
  readings.update(seen(7, 8), 0);
  readings.clear();
  assert.equal(readings.restLeft_s(100), 0);
  assert.deepEqual(kept(readings), [false, true]);
});

test("that a rest was lost is over once it was noted or another is begun", () => {
  const readings = rested(7, 8);
  readings.clear();
  readings.forgetRest();
  assert.deepEqual(kept(readings), [false, false]);
});

test("calm bars follow by time and not by count", () => {
  const arrive = (steps) => {
    const readings = new Readings();
    readings.smoothing_s = 0.5;
    readings.update([face(RELAXED[0])], 0);
    let happy = 0;
    for (let i = 1; i <= steps; i++) happy = readings.update([face(SMILING[0])], (500 * i) / steps)[0].face.emotions.happy;
    return happy;
  };
  assert.ok(Math.abs(arrive(2) - arrive(20)) < 0.02);
  assert.ok(arrive(2) < SMILING[0].happy);
});

for (const [what, samples, problem] of [
  ["nothing", [], "unseen"],
  ["a smile", Array(9).fill(SMILING[0]), "smiling"],
  ["a face that changes all the time", Array.from({ length: 12 }, (_, i) => (i % 2 ? { ...RELAXED[0], sad: 0.9 } : { ...RELAXED[0], sad: 0, angry: 0.9 })), "restless"],
]) {
  test(`${what} is not taken for a face at rest, and it is told`, () => {
    const readings = new Readings();
    readings.beginRest(0);
    samples.forEach((sample, i) => readings.update([face(sample)], (4900 * i) / samples.length));
    readings.update(samples.length ? [face(samples[0])] : [], 5000);
    assert.equal(readings.hasRest, false);
    assert.equal(readings.restProblem, problem);
  });
}
