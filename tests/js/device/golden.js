/** The golden vectors that Python and JavaScript are both asked, and LiteRT as Node runs it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gunzipSync, inflateSync } from "node:zlib";

const ROOT = new URL("../../../", import.meta.url);
const bytesOf = (path) => readFileSync(new URL(path, ROOT));

export const constants = JSON.parse(bytesOf("app/vision/constants.json"));
export const golden = JSON.parse(bytesOf("tests/golden/finder.json"));

/** The grey picture of a golden frame. */
export function frame(name) {
  return greyOf(bytesOf(`tests/golden/${name}.png`));
}

/** The finder's network and its judge, opened by LiteRT's compat build. */
export async function openNetworks() {
  // LiteRT's glue takes Node for CommonJS.
  Object.assign(globalThis, { require: createRequire(import.meta.url), __dirname: "/", __filename: "/glue.js" });
  const { Network, startRuntime } = await import("../../../static/js/device/runtime.js");
  await startRuntime(gunzipSync(bytesOf("static/vendor/litert-2.5.3.compat.wasm.gz")), "compat");
  const open = (path) => Network.open(new Uint8Array(bytesOf(path)));
  return { finder: await open("app/vision/blazeface/short_range.tflite"), judge: await open("app/vision/judge.tflite") };
}

/** A PNG of 8-bit grey levels without interlacing, decoded. */
function greyOf(png) {
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const lines = inflateSync(Buffer.concat(parts));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const left = x ? data[y * width + x - 1] : 0;
      const up = y ? data[(y - 1) * width + x] : 0;
      const corner = x && y ? data[(y - 1) * width + x - 1] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][lines[y * (width + 1)]];
      data[y * width + x] = lines[y * (width + 1) + 1 + x] + guess;
    }
  }
  return { data, width, height };
}

function paeth(left, up, corner) {
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
