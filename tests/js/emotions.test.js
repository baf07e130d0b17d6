import assert from "node:assert/strict";
import { test } from "node:test";

import { EMOTIONS, inPlace, strokesOf, sureness, wordsOf } from "../../static/js/faces/emotions.js";
import { percent } from "../../static/js/shared/words.js";

for (const [share, words] of [[0, "0%"], [0.004, "0%"], [0.943, "94%"], [0.99, "99%"], [0.9996, "99%"], [1, "99%"]]) {
  test(`a reading of ${share} is ${words} sure`, () => assert.equal(sureness(share), words));
}

test("a share of the time may be all of it", () => assert.equal(percent(1), "100%"));

test("words keep their places, and a user's own come last", () => {
  assert.deepEqual(inPlace(["pain", "neutral", "happy", "angry"]), ["angry", "happy", "neutral", "pain"]);
  assert.deepEqual(wordsOf([]), []);
  assert.deepEqual(wordsOf([{ emotions: { happy: 1 } }, { emotions: { contempt: 0.5, disgust: 0.5 } }]), ["disgust", "happy", "contempt"]);
});

test("every emotion has a face of its own", () => assert.equal(new Set(EMOTIONS.map(strokesOf)).size, EMOTIONS.length));
