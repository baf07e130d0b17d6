// @ts-check
/** Draws the timeline: one lane for each face with the emotions stacked in their fixed order, and words where an emotion leads for long. */

import { colourOf, describe, inkOf, wordsOf } from "../faces/emotions.js";
import { gapOf, stretchesOf } from "../record/history.js";

/** @typedef {import("../record/history.js").Sample} Sample */
/** @typedef {{left: number, width: number, top: number, height: number, from_s: number, to_s: number}} Field */

const END_S = 0.2; // the duration that a single sample represents
const WORD_PX = 13;
const BETWEEN_PX = 6;
const NUMBER_PX = 26;
const NUMBERED_FROM_PX = 16;
const MARK_PX = 12;

/**
 * @param {HTMLCanvasElement} canvas @param {{lanes: import("../record/history.js").Lanes, marks: number[]}} history
 * @param {number} from_s @param {number} to_s @param {(number: number) => string} colourOfNumber
 */
export function drawTimeline(canvas, history, from_s, to_s, colourOfNumber) {
  const style = getComputedStyle(canvas);
  const look = { width: canvas.clientWidth, height: canvas.clientHeight, sunk: style.getPropertyValue("--sunk"), ink: style.getPropertyValue("--ink") };
  paintTimeline(prepare(canvas), history, look, from_s, to_s, colourOfNumber);
}

/**
 * Draws the timeline on any context, from its origin.
 * @param {CanvasRenderingContext2D} context @param {{lanes: import("../record/history.js").Lanes, marks: number[]}} history
 * @param {{width: number, height: number, sunk: string, ink: string}} look size and the colours of the ground and the marks
 * @param {number} from_s @param {number} to_s @param {(number: number) => string} colourOfNumber
 */
export function paintTimeline(context, { lanes, marks }, look, from_s, to_s, colourOfNumber) {
  const numbers = lanes.size ? [...lanes.keys()].sort((a, b) => a - b) : [1]; // an empty lane shows where the timeline will be
  const left = numbers.length > 1 ? NUMBER_PX : 0;
  const between = numbers.length > 5 ? 2 : BETWEEN_PX;
  const height = Math.max(0, (look.height - between * (numbers.length - 1)) / numbers.length); // a canvas may have no size yet
  numbers.forEach((number, row) => {
    const field = { left, width: Math.max(0, look.width - left), top: row * (height + between), height, from_s, to_s };
    drawLane(context, lanes.get(number) ?? [], field, look.sunk);
    if (left && height >= NUMBERED_FROM_PX) drawNumber(context, number, field, colourOfNumber(number));
  });
  for (const mark of marks) drawMark(context, mark, { left, width: look.width - left, top: 0, height: look.height, from_s, to_s }, look.ink);
}

/** @param {CanvasRenderingContext2D} context @param {Sample[]} lane @param {Field} field @param {string} sunk */
function drawLane(context, lane, field, sunk) {
  context.save();
  context.beginPath();
  context.roundRect(field.left, field.top, field.width, field.height, Math.min(10, field.height / 2));
  context.clip();
  context.fillStyle = sunk;
  context.fillRect(field.left, field.top, field.width, field.height);
  for (const run of runsOf(lane)) drawRun(context, run, field);
  for (const stretch of stretchesOf(lane)) drawWord(context, stretch, lane, field);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Sample[]} run @param {Field} field */
function drawRun(context, run, field) {
  const labels = wordsOf(run);
  const below = run.map(() => 0);
  for (const label of labels) {
    const tops = run.map((sample, i) => below[i] + (sample.emotions[label] ?? 0));
    context.beginPath();
    run.forEach((sample, i) => context.lineTo(xOf(sample.at_s, field), yOf(below[i], field)));
    for (let i = run.length - 1; i >= 0; i--) context.lineTo(xOf(run[i].at_s, field), yOf(tops[i], field));
    context.fillStyle = colourOf(label);
    context.fill();
    tops.forEach((top, i) => (below[i] = top));
  }
}

/** @param {CanvasRenderingContext2D} context @param {{emotion: string, from_s: number, to_s: number}} stretch @param {Sample[]} lane @param {Field} field */
function drawWord(context, { emotion, from_s, to_s }, lane, field) {
  const left = Math.max(field.left, xOf(from_s, field));
  const wide = xOf(to_s, field) - left;
  context.font = `650 ${WORD_PX}px Figtree, "Liberation Sans", Arial, sans-serif`;
  const words = describe(emotion);
  if (context.measureText(words).width + 12 > wide) return;
  const middle_s = (Math.max(from_s, field.from_s) + to_s) / 2;
  const sample = lane.find((each) => each.at_s >= middle_s) ?? lane[lane.length - 1];
  const labels = wordsOf([sample]);
  const below = labels.slice(0, labels.indexOf(emotion)).reduce((sum, label) => sum + sample.emotions[label], 0);
  const share = sample.emotions[emotion];
  if (share * field.height < WORD_PX + 4) return;
  context.fillStyle = inkOf(emotion);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(words, left + wide / 2, yOf(below + share / 2, field));
}

/** @param {CanvasRenderingContext2D} context @param {number} number @param {Field} field @param {string} colour */
function drawNumber(context, number, { top, height }, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(10, top + height / 2, 10, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#16181d";
  context.font = `700 12px Figtree, "Liberation Sans", Arial, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(number), 10, top + height / 2 + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {number} at_s @param {Field} field @param {string} ink */
function drawMark(context, at_s, field, ink) {
  const x = xOf(at_s, field);
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 2;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, MARK_PX); // ends above the words so that it does not cross them out
  context.moveTo(x, field.height);
  context.lineTo(x, field.height - MARK_PX / 2);
  context.stroke();
  context.setLineDash([]);
  context.fill(new Path2D(`M${x} 0h11l-3.5 4.5 3.5 4.5h-11z`));
}

/** Runs of samples without a long pause; each run's end is extended so that a single sample is visible. @param {Sample[]} lane */
function runsOf(lane) {
  const gap_s = gapOf(lane);
  /** @type {Sample[][]} */
  const runs = [];
  for (const sample of lane) {
    const run = runs.at(-1);
    if (run && sample.at_s - run[run.length - 1].at_s <= gap_s) run.push(sample);
    else runs.push([sample]);
  }
  for (const run of runs) run.push({ ...run[run.length - 1], at_s: run[run.length - 1].at_s + END_S });
  return runs;
}

/** @param {number} at_s @param {Field} field */
function xOf(at_s, { left, width, from_s, to_s }) {
  return left + ((at_s - from_s) / (to_s - from_s)) * width;
}

/** @param {number} share @param {Field} field */
function yOf(share, { top, height }) {
  return top + height * (1 - share);
}

/** @param {HTMLCanvasElement} canvas */
function prepare(canvas) {
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
