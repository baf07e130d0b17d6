import assert from "node:assert/strict";
import { test } from "node:test";

import { Coach, troubleOf } from "../../static/js/faces/coach.js";

const good = { side_px: 150, brightness: 120, contrast: 50, sharpness: 0.4 };
const member = (number, box = [0, 0, 100, 100]) => ({ number, face: { box, emotions: {} }, seen_ms: 0 });

for (const [change, trouble] of [
  [{}, null],
  [{ side_px: 64 }, "far"],
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

for (const [tilt_deg, trouble] of [[undefined, null], [0, null], [-24, "leaning"], [24, "leaning"]]) {
  test(`a lean of ${tilt_deg}° reads as ${trouble}`, () => {
    const me = member(1);
    me.face.tilt_deg = tilt_deg;
    assert.equal(troubleOf(good, me, [me]), trouble);
  });
}

for (const [says, trouble] of [[{ turn: 0.2, score: 0.95 }, null], [{ turn: -0.8 }, "turned"], [{ turn: null, score: 0.9 }, null], [{ turn: 0, score: 0.4, landmarks: {} }, "covered"], [{ turn: null, score: 0.5, landmarks: null }, null]]) {
  test(`${JSON.stringify(says)} of the finder reads as ${trouble}`, () => {
    const me = member(1);
    Object.assign(me.face, says);
    assert.equal(troubleOf(good, me, [me]), trouble);
  });
}

test("every trouble has words of its own", () => {
  const said = new Set();
  for (const change of [{ side_px: 40 }, { brightness: 30 }, { brightness: 230 }, { contrast: 5 }, { sharpness: 0.02 }]) {
    const coach = new Coach();
    coach.update([member(1)], [{ ...good, ...change }], 0);
    said.add(coach.update([member(1)], [{ ...good, ...change }], 1000).get(1));
  }
  assert.equal(said.size, 5);
  assert.ok(!said.has(undefined));
});

test("a trouble that comes and goes within the second gets no hint", () => {
  const coach = new Coach();
  const dark = { ...good, brightness: 20 };
  coach.update([member(1)], [dark], 0);
  coach.update([member(1)], [good], 600);
  assert.equal(coach.update([member(1)], [dark], 1100).size, 0);
});

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
