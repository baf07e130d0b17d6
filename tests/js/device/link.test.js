/** The page's end of the worker: loads once, asks, tells progress, starts anew after a failure. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.OffscreenCanvas ??= class {};
const { Link } = await import("../../../static/js/device/link.js");

let workers = [];
class FakeWorker {
  asked = [];
  constructor() {
    workers.push(this);
  }
  postMessage(message) {
    this.asked.push(message);
  }
  answer(index, told) {
    this.onmessage({ data: { id: this.asked[index].id, ...told } });
  }
  terminate() {
    this.isGone = true;
  }
}
beforeEach(() => (workers = []));
const link = () => new Link(() => new FakeWorker());

test("what it needs is loaded once, and the last who asks is told how far it is", async () => {
  const one = link();
  const told = [];
  const loads = [one.load(() => assert.fail("told the first")), one.load((done, all) => told.push([done, all])), one.load()];
  workers[0].answer(0, { progress: { done: 1, all: 2 } });
  workers[0].answer(0, { answer: {} });
  await Promise.all(loads);
  assert.deepEqual(told, [[1, 2]]);
  assert.equal(one.isReady, true);
  assert.equal(workers[0].asked.length, 1);
});

test("after a failed load another worker tries again", async () => {
  const one = link();
  const failed = one.load();
  workers[0].answer(0, { error: "The server is away." });
  await assert.rejects(failed, /The server is away\./);
  assert.equal(workers[0].isGone, true);
  const again = one.load();
  workers[1].answer(0, { answer: {} });
  await again;
  assert.equal(one.isReady, true);
});

test("answers come to who asked, in any order", async () => {
  const one = link();
  const [first, second] = [one.ask("frame", { seq: 1 }), one.ask("frame", { seq: 2 })];
  workers[0].answer(1, { answer: "second" });
  workers[0].answer(0, { answer: "first" });
  assert.deepEqual(await Promise.all([first, second]), ["first", "second"]);
});

test("all who wait are told when the worker breaks", async () => {
  const one = link();
  const waiting = one.ask("frame", {});
  workers[0].onerror({ message: "out of memory" });
  await assert.rejects(waiting, /out of memory/);
  assert.equal(one.isReady, false);
});
