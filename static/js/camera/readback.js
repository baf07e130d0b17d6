// @ts-check
/** Checks whether this page may read pixels: protection against fingerprinting returns noise instead, in which no face can be found. */

import { say } from "../shared/words.js";
import { CameraProblem } from "./camera.js";

const SIDE = 16;
const COLOURS = [[200, 30, 60], [20, 160, 90], [40, 70, 210], [240, 220, 30]];
const NOISE = 12; // grey levels that a browser may add without harm to the reading

/** Why pixels cannot be read; null where a known picture is read back as it was drawn. @param {() => HTMLCanvasElement} [makeCanvas] */
export function findScrambling(makeCanvas = () => document.createElement("canvas")) {
  const canvas = Object.assign(makeCanvas(), { width: SIDE * COLOURS.length, height: SIDE });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  COLOURS.forEach((colour, i) => {
    context.fillStyle = `rgb(${colour.join(" ")})`;
    context.fillRect(i * SIDE, 0, SIDE, SIDE);
  });
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const isTrue = COLOURS.every((colour, i) => colour.every((value, channel) => Math.abs(meanOf(data, canvas.width, i, channel) - value) <= NOISE));
  if (isTrue) return null;
  const remedy = say("Its protection against fingerprinting gives this page noise instead of pixels. Allow “canvas data” for this site, by the picture icon beside the address, and start again.");
  return new CameraProblem(say("This browser scrambles pictures."), remedy);
}

/** The mean of a channel over one colour's square, the outermost pixels left out. @param {Uint8ClampedArray} data @param {number} width @param {number} square @param {number} channel */
function meanOf(data, width, square, channel) {
  let sum = 0;
  for (let y = 1; y < SIDE - 1; y++) for (let x = 1; x < SIDE - 1; x++) sum += data[4 * (y * width + square * SIDE + x) + channel];
  return sum / (SIDE - 2) ** 2;
}
