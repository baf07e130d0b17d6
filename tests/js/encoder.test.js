import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Encoder, fit } from "../../static/js/reading/encoder.js";
import { HeldFrame, HeldFrames } from "../../static/js/reading/frames.js";

const video = () => ({ videoWidth: 64, videoHeight: 48, readyState: 4 });

/** Gives the encoder a fake worker and fake bitmaps; returns the posted messages and the number of open bitmaps. */
function workshop(whileOneIsMade = () => {}) {
  const seen = { posted: [], open: 0 };
  globalThis.OffscreenCanvas = class {
    convertToBlob() {}
  };
  globalThis.Worker = class {
    postMessage(message) {
      seen.posted.push(message);
      if (message.bitmap) queueMicrotask(() => this.onmessage({ data: { id: message.id, answer: new ArrayBuffer(3) } }));
    }
  };
  globalThis.createImageBitmap = async () => {
    seen.open++;
    whileOneIsMade();
    return { close: () => seen.open-- };
  };
  return seen;
}
afterEach(() => ["OffscreenCanvas", "Worker", "createImageBitmap"].forEach((name) => delete globalThis[name]));

test("a video without a picture has no bytes", async () => {
  workshop();
  assert.equal(await new Encoder().encode({ ...video(), readyState: 0 }, 1, 640, 0.7), null);
});

test("a video that ends while its picture is taken leaves nothing with the worker", async () => {
  const ending = video();
  const seen = workshop(() => Object.assign(ending, { videoWidth: 0, readyState: 0 }));
  assert.equal(await new Encoder().encode(ending, 1, 640, 0.7), null);
  assert.deepEqual(seen, { posted: [], open: 0 });
});

test("the frame that was encoded last is let go in the worker when it is to be forgotten", async () => {
  const seen = workshop();
  const encoder = new Encoder();
  assert.equal((await encoder.encode(video(), 1, 640, 0.7)).byteLength, 3);
  encoder.forget();
  assert.deepEqual(seen.posted.at(-1), {});
});

test("a held frame that is dropped leaves a canvas of one pixel", () => {
  const canvas = { getContext: () => ({ drawImage() {} }) };
  const held = new HeldFrame(() => canvas);
  held.hold({}, { width: 64, height: 48 });
  assert.equal(canvas.width, 64);
  held.drop();
  assert.deepEqual([canvas.width, canvas.height], [1, 1]);
});

test("faces are looked for in the frame that they belong to, and the oldest frames are let go", async () => {
  let made = 0;
  const canvas = () => ({ number: ++made, getContext: () => ({ drawImage() {} }), convertToBlob: async () => ({ type: "image/jpeg", arrayBuffer: async () => new ArrayBuffer(1) }) });
  const frames = new HeldFrames(canvas);
  for (let number = 1; number <= 8; number++) await frames.take(number, {}, { width: 64, height: 48 }, 0.7);
  assert.equal(made, 5);
  assert.deepEqual(frames.look(3, []), []);
  assert.throws(() => frames.look(8, [{ box: [0, 0, 10, 10] }])); // the frame is held, but the fake canvas has no pixels
  assert.deepEqual(frames.look(2, [{ box: [0, 0, 10, 10] }]), []);
});

test("a picture is fitted into a square and never enlarged", () => {
  assert.deepEqual(fit(1280, 720, 640), { width: 640, height: 360 });
  assert.deepEqual(fit(320, 240, 640), { width: 320, height: 240 });
});
