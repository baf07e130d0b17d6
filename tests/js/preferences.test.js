import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULTS, Preferences } from "../../static/js/controls/preferences.js";

function shelf(text = null) {
  return { text, getItem: () => text, setItem(_key, value) { text = this.text = value; } };
}

test("nothing stored gives the defaults", () => assert.equal(new Preferences(() => shelf()).get("mirror"), DEFAULTS.mirror));

test("a choice is there the next time", () => {
  const storage = shelf();
  new Preferences(() => storage).set("smoothing_s", 0.6);
  assert.equal(new Preferences(() => storage).get("smoothing_s"), 0.6);
});

for (const text of ["{", "null", "[]", '{"mirror": "yes", "unknown": 1}']) {
  test(`${text} in the store harms nothing`, () => assert.equal(new Preferences(() => shelf(text)).get("mirror"), true));
}

test("forbidden storage harms nothing", () => {
  const preferences = new Preferences(() => { throw new Error("SecurityError"); });
  preferences.set("camera", "x");
  assert.equal(preferences.get("camera"), "x");
});
