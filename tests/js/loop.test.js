import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Loop } from "../../static/js/reading/loop.js";
import { ReadingProblem } from "../../static/js/reading/problem.js";
import { passed, until } from "./sockets.js";

const loops = [];
afterEach(() => loops.splice(0).forEach((loop) => loop.pause()));

/** A fake reading; `answer` returns the answer to a frame. */
const reading = (answer = async () => ({ faces: [] }), changes = {}) => ({ room: 1, gap_ms: 0, open() {}, close() {}, ready: async () => {}, analyse: answer, ...changes });
let clock = 0;
const frame = async () => (await passed(1), { captured_ms: ++clock });

/** A loop, and the calls of its listener. */
function make(listener = {}) {
  const heard = { problems: [], analyses: [] };
  const loop = new Loop({ capture: frame, onProblem: (...problem) => heard.problems.push(problem), onAnalysis: (analysis) => void heard.analyses.push(analysis), ...listener });
  loops.push(loop);
  return { loop, heard };
}

for (const room of [1, 3]) {
  test(`with room for ${room} no more frames than that are under way`, async () => {
    let [underWay, most] = [0, 0];
    const { loop, heard } = make();
    const answer = async () => {
      most = Math.max(most, ++underWay);
      await passed(15);
      underWay--;
      return { faces: [] };
    };
    loop.start(reading(answer, { room }));
    await until(() => heard.analyses.length > 8);
    assert.equal(most, room);
  });
}

test("an answer that a newer one overtook is not shown", async () => {
  const { loop, heard } = make();
  const waits = [40, 5];
  const answer = async ({ captured_ms }) => (await passed(waits.shift() ?? 5), { captured_ms });
  loop.start(reading(answer, { room: 2 }));
  await until(() => heard.analyses.length > 4);
  const order = heard.analyses.map(({ captured_ms }) => captured_ms);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
});

test("an answer that cannot be shown is told in words and the next frame comes", async () => {
  let answers = 0;
  const { loop, heard } = make({
    onAnalysis() {
      if (++answers === 1) throw new Error("no such canvas");
    },
  });
  loop.start(reading());
  await until(() => answers > 1);
  assert.deepEqual(heard.problems, [["Something went wrong on this page.", "no such canvas"]]);
});

test("a frame that cannot be made is told in words and the next one is asked for", async () => {
  let frames = 0;
  const { loop, heard } = make({
    async capture() {
      if (++frames === 1) throw new Error("this browser makes image/png and not JPEG");
      return frame();
    },
  });
  loop.start(reading());
  await until(() => heard.analyses.length);
  assert.equal(heard.problems.length, 1);
});

test("a refused frame is told in the reading's words", async () => {
  const { loop, heard } = make();
  loop.start(reading(async () => Promise.reject(new ReadingProblem("Too large.", "up to 9 bytes"))));
  await until(() => heard.problems.length);
  assert.deepEqual(heard.problems[0], ["Too large.", "up to 9 bytes"]);
});

test("what fails after a pause is told to nobody", async () => {
  const { loop, heard } = make({
    async capture() {
      loop.pause();
      throw new Error("the camera is gone");
    },
  });
  loop.start(reading());
  await passed(20);
  assert.deepEqual(heard.problems, []);
});

test("a camera without a picture is asked again after a pause and leaves the page its time", async () => {
  let asked = 0;
  const { loop } = make({
    async capture() {
      if (++asked > 50) loop.pause(); // ends the test where it fails
      return null;
    },
  });
  loop.start(reading());
  await passed(130);
  assert.ok(asked > 1 && asked < 10, `asked ${asked} times`);
});
