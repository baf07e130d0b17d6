// @ts-check
/** The quiet line: frames a second, milliseconds there and back, age of what is drawn. */

const REFRESH_MS = 250;
const OVER_S = 2;
const DRAWN = "capture to drawing"; // of each frame, for the browser's own tools and tests/browser/latency.py

export class Figures {
  #elements;
  /** @type {{at_ms: number, latency_ms: number}[]} answers of the last two seconds */
  #answers = [];
  #captured_ms = 0;
  #onAge;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {{fps: HTMLElement, latency: HTMLElement, age: HTMLElement}} elements
   * @param {(age_ms: number) => void} onAge told four times a second how old the shown answer is
   */
  constructor(elements, onAge) {
    this.#elements = elements;
    this.#onAge = onAge;
  }

  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
  }

  /** Stands still: the picture does too. */
  hold() {
    clearInterval(this.#timer);
    this.#onAge(0);
  }

  stop() {
    clearInterval(this.#timer);
    this.#answers = [];
    this.#captured_ms = 0;
    for (const element of Object.values(this.#elements)) element.textContent = "–";
  }

  /** An answer was drawn. @param {{captured_ms: number, latency_ms: number}} timing */
  note({ captured_ms, latency_ms }) {
    this.#answers.push({ at_ms: performance.now(), latency_ms });
    this.#captured_ms = captured_ms;
    requestAnimationFrame(() => {
      performance.measure(DRAWN, { start: captured_ms });
      performance.clearMeasures(DRAWN); // who watches has it; else they would pile up
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
    this.#onAge(age_ms);
  }
}

/** The middle value. @param {number[]} values not empty */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
