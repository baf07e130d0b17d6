/** Reading on this device, from the page's side: the worker is asked with pixels, the film's time counts, nothing unwanted is read. */

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.OffscreenCanvas ??= class {};
const { DeviceReading } = await import("../../../static/js/device/reading.js");

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
const frameOf = (more = {}) => ({ captured_ms: 2000, model: "light", pixels: async () => pixels, ...more });

/** A reading, what its worker was asked and what its listener was told. */
function readingOf(answer = async () => ({ faces: [] }), load = async () => {}) {
  const [asked, told] = [[], []];
  const link = { isReady: false, load, ask: (task, values) => (asked.push({ task, ...values }), answer(task)) };
  const reading = new DeviceReading({ onLink: (...words) => told.push(words) }, link);
  return { reading, asked, told, link };
}

test("a frame's pixels go to the worker, with model and time", async () => {
  const { reading, asked } = readingOf();
  assert.deepEqual(await reading.analyse(frameOf()), { faces: [] });
  const [{ task, model, now_s, seq }] = asked;
  assert.deepEqual([task, model, now_s, seq], ["frame", "light", 2, 1]);
});

test("a film's frame bears the film's time", async () => {
  const { reading, asked } = readingOf();
  await reading.analyse(frameOf({ time_ms: 500 }));
  assert.equal(asked[0].now_s, 0.5);
});

test("no picture and a frame that is not wanted any more ask nothing", async () => {
  const { reading, asked } = readingOf();
  assert.equal(await reading.analyse(frameOf({ pixels: async () => null })), null);
  assert.equal(await reading.analyse(frameOf(), () => false), null);
  assert.deepEqual(asked, []);
});

test("a picture that the worker can't read is told in words", async () => {
  const { reading } = readingOf(async () => Promise.reject(new Error("There is no model x on this device.")));
  await assert.rejects(reading.analyse(frameOf()), (error) => Boolean(error.title) && error.detail === "There is no model x on this device.");
});

test("loading and its failure are told", async () => {
  const good = readingOf();
  good.reading.open();
  await new Promise(setImmediate);
  assert.deepEqual(good.told, [["connecting"], ["connected"]]);
  const bad = readingOf(undefined, async () => Promise.reject(new Error("The server is away.")));
  bad.reading.open();
  await new Promise(setImmediate);
  assert.deepEqual(bad.told.map(([state, , detail]) => [state, detail]), [["connecting", undefined], ["lost", "The server is away."]]);
});

test("a device that can't keep up gets fewer frames", async () => {
  const { reading } = readingOf(() => new Promise((resolve) => setTimeout(resolve, 120, { faces: [] })));
  const quick_ms = reading.gap_ms;
  for (let i = 0; i < 5; i++) await reading.analyse(frameOf());
  assert.ok(reading.gap_ms > quick_ms);
  assert.ok(reading.stale_ms >= 1000);
});

test("the faces of two readings are followed apart, and forgotten when one is closed", async () => {
  const [one, other] = [readingOf(), readingOf()];
  await one.reading.analyse(frameOf());
  await other.reading.analyse(frameOf());
  assert.notEqual(one.asked[0].talk, other.asked[0].talk);
  one.link.isReady = true;
  one.reading.close();
  assert.deepEqual(one.asked.at(-1), { task: "forget", talk: one.asked[0].talk });
});
