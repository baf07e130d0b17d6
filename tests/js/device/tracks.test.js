/** The browser follows faces as the server does: both are told the same series of detections. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { gap } from "../../../static/js/device/detection.js";
import { Track, Tracks } from "../../../static/js/device/tracks.js";
import { constants, golden } from "./golden.js";

const near = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} is not ${b}`);
const aFace = { x: 60, y: 80, side: 50, score: 0.9, tilt_deg: 0, landmarks: null };

/** An eye that sees one face where it is told to, and any other only when it looks at the whole. */
function eyeOf(face) {
  return {
    count: 1,
    near: async (place) => (face && gap(place, face) < constants.find.reach * place.side ? face : null),
    scan: async (numbers) => (face && numbers.includes(0) ? [face] : []),
    confirm: async (candidate) => candidate,
  };
}

test("a face that walks, leans, hides for a while and comes back", async () => {
  const { size: [width, height], steps } = golden.tracks;
  const tracks = new Tracks(constants);
  for (const { now_s, face, shown } of steps) {
    const told = await tracks.follow(now_s, { width, height }, eyeOf(face));
    assert.deepEqual(told.map(({ number, isSeen }) => [number, isSeen]), shown.map(({ number, is_seen }) => [number, is_seen]), `at ${now_s}`);
    told.forEach(({ place }, i) => {
      for (const key of ["x", "y", "side", "score", "tilt_deg"]) near(place[key], shown[i].place[key], `${key} at ${now_s}`);
    });
  }
});

test("no face, no track; another picture's size forgets them all", async () => {
  const tracks = new Tracks(constants);
  assert.deepEqual(await tracks.follow(0, { width: 640, height: 480 }, eyeOf(null)), []);
  await tracks.follow(1, { width: 640, height: 480 }, eyeOf(aFace));
  const [track] = await tracks.follow(1.1, { width: 640, height: 480 }, eyeOf(aFace));
  const [other] = await tracks.follow(1.6, { width: 480, height: 640 }, eyeOf(aFace));
  assert.notEqual(track.number, other.number);
});

test("frames of another size but the same view carry the faces over", async () => {
  const tracks = new Tracks(constants);
  for (const now_s of [0, 0.1]) await tracks.follow(now_s, { width: 640, height: 480 }, eyeOf(aFace));
  const half = { ...aFace, x: 30, y: 40, side: 25 };
  const [track] = await tracks.follow(0.2, { width: 320, height: 240 }, eyeOf(half));
  assert.equal(track.number, 1);
  for (const key of ["x", "y", "side"]) near(track.place[key], half[key], key);
});

test("probabilities are smoothed in time and start afresh with another model", () => {
  const track = new Track(1, aFace, 0, constants.tracks);
  assert.deepEqual(track.probabilities, []);
  assert.ok(Math.abs(track.read([1, 0], 0, "one")[0] - 1) < 1e-3);
  const mixed = track.read([0, 1], constants.tracks.emotion_tau_s * Math.LN2, "one"); // half way, in logarithms
  assert.ok(Math.abs(mixed[0] - 0.5) < 1e-6);
  assert.ok(track.read([0, 1], 1, "other")[1] > 0.99);
});
