// @ts-check
/** The status line below the picture: whether it is read smoothly, with frame rate, latency and age. */

import { say } from "../shared/words.js";

const REFRESH_MS = 250;
const OVER_S = 2;
const SMOOTH = 10; // readings a second
const STEADY = 4;
const DRAWN = "capture to drawing"; // a measure of each frame for the browser's developer tools and tests/browser/latency.py

export class Figures {
  #elements;
  /** @type {{at_ms: number, latency_ms: number, age_ms: number}[]} answers of the last two seconds */
  #answers = [];
  #captured_ms = 0;
  #onAge;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  #summary;
  #isSlow;

  /**
   * @param {{fps: HTMLElement, latency: HTMLElement, age: HTMLElement}} elements @param {HTMLElement} summary the element for all figures as a sentence
   * @param {(age_ms: number) => void} onAge told four times a second how old the shown answer is @param {() => boolean} isSlow whether the connection is slow
   */
  constructor(elements, summary, onAge, isSlow) {
    this.#summary = summary;
    this.#isSlow = isSlow;
    this.#elements = elements;
    this.#onAge = onAge;
  }

  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
  }

  /** Stops updating, because the picture stands still. */
  hold() {
    clearInterval(this.#timer);
    this.#onAge(0);
  }

  stop() {
    clearInterval(this.#timer);
    this.#answers = [];
    this.#captured_ms = 0;
    for (const element of [...Object.values(this.#elements), this.#summary]) element.textContent = "–";
  }

  /** An answer was drawn. @param {{captured_ms: number, latency_ms: number}} timing */
  note({ captured_ms, latency_ms }) {
    const now_ms = performance.now();
    this.#answers.push({ at_ms: now_ms, latency_ms, age_ms: now_ms - captured_ms });
    this.#captured_ms = captured_ms;
    requestAnimationFrame(() => {
      performance.measure(DRAWN, { start: captured_ms });
      performance.clearMeasures(DRAWN); // observers have received it; kept measures would accumulate
    });
  }

  #refresh() {
    const now_ms = performance.now();
    this.#answers = this.#answers.filter((answer) => now_ms - answer.at_ms < OVER_S * 1000);
    if (!this.#captured_ms) return;
    const age_ms = now_ms - this.#captured_ms;
    this.#elements.fps.textContent = (this.#answers.length / OVER_S).toFixed(this.#answers.length < 20 ? 1 : 0);
    this.#elements.latency.textContent = this.#answers.length ? String(Math.round(median(this.#answers.map((answer) => answer.latency_ms)))) : "–";
    this.#elements.age.textContent = age_ms < 10000 ? String(Math.round(age_ms)) : ">10000";
    this.#summary.textContent = this.#inWords(this.#answers.length / OVER_S);
    this.#onAge(age_ms);
  }

  /** @param {number} rate readings a second */
  #inWords(rate) {
    const behind = say("{time} ms behind", { time: this.#answers.length ? Math.round(median(this.#answers.map(({ age_ms }) => age_ms))) : "–" });
    if (this.#isSlow()) return `${say("Slow connection")} · ${behind}`;
    return `${rate >= SMOOTH ? say("Smooth") : rate >= STEADY ? say("Steady") : say("Slow")} · ${behind}`;
  }
}

/** The median. @param {number[]} values not empty */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
