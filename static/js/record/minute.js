// @ts-check
/** Draws the last minute of every face, four times a second while it runs. */

import { History } from "./history.js";
import { drawTimeline } from "../drawing/timeline.js";

const SHOWN_S = 60;
const REDRAW_MS = 250;

export class Minute {
  #section;
  #canvas;
  #colourOfNumber;
  #history = new History(SHOWN_S);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLElement} section @param {HTMLCanvasElement} canvas @param {(number: number) => string} colourOfNumber */
  constructor(section, canvas, colourOfNumber) {
    this.#section = section;
    this.#canvas = canvas;
    this.#colourOfNumber = colourOfNumber;
  }

  start() {
    this.#section.hidden = false;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  /** Stops redrawing; the latest drawing stays. */
  hold() {
    clearInterval(this.#timer);
  }

  stop() {
    this.hold();
    this.#history.clear();
    this.#section.hidden = true;
  }

  /** @param {import("../faces/cast.js").Member[]} members */
  add(members) {
    this.#history.add(members, performance.now() / 1000);
  }

  mark() {
    this.#history.mark(performance.now() / 1000);
  }

  #draw() {
    const now_s = performance.now() / 1000;
    this.#section.style.setProperty("--lanes", String(Math.max(1, this.#history.lanes.size)));
    drawTimeline(this.#canvas, this.#history, now_s - SHOWN_S, now_s, this.#colourOfNumber);
  }
}
