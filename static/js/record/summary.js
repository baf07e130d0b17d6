// @ts-check
/** Draws a session's summary picture: its timeline, the share of each word and the strongest moments. */

import { colourOf, describe, nameOf, sureness } from "../faces/emotions.js";
import { percent, say } from "../shared/words.js";
import { clock } from "./sessionview.js";
import { lengthOf, momentsOf, sharesOf } from "./session.js";
import { paintTimeline } from "../drawing/timeline.js";

/** @typedef {import("./session.js").Session} Session */

const WIDE = 1200;
const EDGE = 60;
const LANE = 56;
const ROW = 44;
const MOST = 6;
const FONT = `Figtree, "Liberation Sans", Arial, sans-serif`;
const [PAPER, INK, MUTED, SUNK] = ["#faf8f4", "#16181d", "#5c616b", "#ece7dd"];

/** @param {Session} session @param {string} about the session in one line @param {(number: number) => string} colourOfNumber */
export function drawSummary(session, about, colourOfNumber) {
  const shares = sharesOf(session.lanes).slice(0, MOST);
  const moments = momentsOf(session.lanes, MOST);
  const lanes = Math.min(6, session.lanes.size) * LANE;
  const high = 250 + lanes + ROW * Math.max(shares.length, moments.length) + EDGE;
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: high });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDE, high);
  write(context, "Let’s Face It", EDGE, 80, 700, 40);
  write(context, about, EDGE, 116, 400, 20, MUTED);
  context.save();
  context.translate(EDGE, 150);
  paintTimeline(context, session, { width: WIDE - 2 * EDGE, height: lanes, sunk: SUNK, ink: INK }, 0, Math.max(1, lengthOf(session)), colourOfNumber);
  context.restore();
  const top = 150 + lanes + 50;
  write(context, say("Share of each"), EDGE, top, 600, 20, MUTED);
  shares.forEach(([name, share], i) => drawShare(context, name, share, top + 20 + i * ROW));
  write(context, say("Strongest moments"), WIDE / 2 + 20, top, 600, 20, MUTED);
  moments.forEach(({ at_s, emotion, share }, i) => {
    const y = top + 46 + i * ROW;
    context.fillStyle = colourOf(emotion);
    context.fillRect(WIDE / 2 + 20, y - 20, 6, 26);
    write(context, `${clock(at_s)}  ${describe(emotion)}, ${sureness(share)}`, WIDE / 2 + 40, y, 500, 22);
  });
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {string} name @param {number} share @param {number} y */
function drawShare(context, name, share, y) {
  const [left, wide] = [EDGE + 150, WIDE / 2 - EDGE - 240];
  write(context, name === "not sure" ? say("not sure") : nameOf(name), EDGE, y + 26, 500, 22);
  for (const [style, part] of /** @type {[string, number][]} */ ([[SUNK, 1], [colourOf(name), share]])) {
    context.fillStyle = style;
    context.beginPath();
    context.roundRect(left, y + 10, Math.max(1, wide * part), 18, 9);
    context.fill();
  }
  write(context, percent(share), left + wide + 14, y + 26, 500, 22);
}

/** @param {CanvasRenderingContext2D} context @param {string} words @param {number} x @param {number} y @param {number} weight @param {number} size @param {string} [style] */
function write(context, words, x, y, weight, size, style = INK) {
  context.fillStyle = style;
  context.font = `${weight} ${size}px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(words, x, y);
}
