import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Tracks } from "../../static/js/device/tracks.js";

const constants = JSON.parse(readFileSync(new URL("../../app/vision/constants.json", import.meta.url), "utf8"));

/** A fake finder that always finds one face, in the middle of a frame of the given width. */
function eye(width) {
  const face = { x: width / 2, y: width * 0.375, side: width / 4, score: 0.95, tilt_deg: 0, landmarks: null };
  return { count: 1, near: async () => face, scan: async () => [face], confirm: async () => face };
}

test("a face keeps its number when the frames become smaller and larger again", async () => {
  const tracks = new Tracks(constants);
  const numbers = [];
  for (const [step, width] of [640, 640, 320, 160, 640].entries()) {
    const shown = await tracks.follow(1 + step / 10, { width, height: width * 0.75 }, eye(width));
    numbers.push(...shown.map((track) => track.number));
  }
  assert.deepEqual(numbers, [1, 1, 1, 1, 1]);
});

test("frames of other proportions start afresh", async () => {
  const tracks = new Tracks(constants);
  await tracks.follow(1, { width: 640, height: 480 }, eye(640));
  const [track] = await tracks.follow(1.1, { width: 480, height: 640 }, eye(480));
  assert.equal(track.number, 2);
});
