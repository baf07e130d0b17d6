// @ts-check
/** Checks whether this browser can read faces on the device. */

import { say } from "../shared/words.js";

/** A small module of one function, i8x16.splat: valid where WebAssembly has SIMD. From the list of wasm-feature-detect. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/** What this browser lacks for that, in words; empty where it lacks nothing. @param {any} [browser] */
export function findLack(browser = globalThis) {
  if (typeof browser.WebAssembly !== "object") return say("This browser has no WebAssembly, which reading on this device needs.");
  if (!browser.WebAssembly.validate(SIMD)) return say("This browser’s WebAssembly has no SIMD, which reading on this device needs. A newer browser has it.");
  if (typeof browser.DecompressionStream !== "function" || typeof browser.OffscreenCanvas !== "function") return say("This browser is too old to read on this device.");
  return "";
}
