import assert from "node:assert/strict";
import { test } from "node:test";

import { Coach, troubleOf } from "../../static/js/coach.js";

const good = { side_px: 150, brightness: 120, contrast: 50, sharpness: 0.4 };
const member = (number, box = [0, 0, 100, 100]) => ({ number, face: { box, emotions: {} }, seen_ms: 0 });

for (const [change, trouble] of [
  [{}, null],
  [{ side_px: 40 }, "far"],
  [{ brightness: 30 }, "dark"],
  [{ brightness: 230 }, "bright"],
  [{ contrast: 5 }, "flat"],
  [{ sharpness: 0.02 }, "blurred"],
]) {
  test(`${JSON.stringify(change)} reads as ${trouble}`, () => {
    const me = member(1);
    assert.equal(troubleOf({ ...good, ...change }, me, [me]), trouble);
  });
}

test("overlapping faces are told apart first", () => {
  const [one, two] = [member(1), member(2, [50, 0, 100, 100])];
  assert.equal(troubleOf(good, one, [one, two]), "overlapping");
});

test("a hint is given once its trouble lasts a second and goes half a second after", () => {
  const coach = new Coach();
  const dark = { ...good, brightness: 20 };
  assert.equal(coach.update([member(1)], [dark], 0).size, 0);
  assert.equal(coach.update([member(1)], [dark], 900).size, 0);
  assert.match(coach.update([member(1)], [dark], 1000).get(1), /light/);
  assert.equal(coach.update([member(1)], [good], 1200).size, 1);
  assert.equal(coach.update([member(1)], [good], 1600).size, 0);
});
