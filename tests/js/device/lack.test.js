/** A browser that can't read by itself is told why. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findLack } from "../../../static/js/device/lack.js";

const able = { WebAssembly, DecompressionStream, OffscreenCanvas: class {} };

for (const [name, missing, words] of [
  ["nothing is missing", {}, /^$/],
  ["no WebAssembly", { WebAssembly: undefined }, /no WebAssembly/],
  ["no SIMD", { WebAssembly: { validate: () => false } }, /no SIMD/],
  ["no gzip", { DecompressionStream: undefined }, /too old/],
  ["no canvas in workers", { OffscreenCanvas: undefined }, /too old/],
]) {
  test(name, () => assert.match(findLack({ ...able, ...missing }), words));
}
