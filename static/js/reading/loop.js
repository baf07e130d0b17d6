// @ts-check
/** The loop over frames: captures, reads and passes on frames, with at most the reading's `room` at a time. */

import { say } from "../shared/words.js";

/** @typedef {import("./reading.js").Frame} Frame */
/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/**
 * @typedef {object} LoopListener
 * @property {(goesOn: () => boolean) => Promise<Frame | null>} capture takes the next frame; null where there is none
 * @property {(analysis: Analysis, frame: Frame, latency_ms: number, goesOn: () => boolean) => void | Promise<void>} onAnalysis
 * @property {(title: string, detail: string) => void} onProblem called where a frame was refused or this page failed
 */

const AFTER_PROBLEM_MS = 1000;
const AFTER_NOTHING_MS = 50; // the pause after a capture without a frame, so that a stalled camera does not keep the page busy

export class Loop {
  #listener;
  #run = 0; // a run continues while this is its number
  #shown_ms = 0; // the capture time of the frame whose answer was shown last
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {LoopListener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Reads frames until `pause`. @param {Reading} reading */
  start(reading) {
    const run = ++this.#run;
    this.#shown_ms = 0;
    reading.open();
    void this.#go(reading, () => run === this.#run);
  }

  /** Stops capturing and drops the frames in flight. */
  pause() {
    this.#run++;
    this.#wake();
  }

  /** @param {Reading} reading @param {() => boolean} goesOn */
  async #go(reading, goesOn) {
    let inFlight = 0;
    let taken_ms = -Infinity;
    while (goesOn()) {
      try {
        await reading.ready();
        await passed(taken_ms + reading.gap_ms - performance.now());
        const frame = goesOn() ? await this.#listener.capture(goesOn) : null;
        if (!goesOn()) return;
        if (!frame) {
          await passed(AFTER_NOTHING_MS);
          continue;
        }
        taken_ms = performance.now();
        inFlight++;
        void this.#exchange(reading, frame, goesOn).then(() => {
          inFlight--;
          this.#wake();
        });
        while (goesOn() && inFlight >= reading.room) await new Promise((resolve) => this.#waiting.push(() => resolve(null)));
      } catch (error) {
        if (goesOn()) await this.#complain(error);
      }
    }
  }

  /** Reads a frame and passes its answer on, unless a newer frame's answer came first. @param {Reading} reading @param {Frame} frame @param {() => boolean} goesOn */
  async #exchange(reading, frame, goesOn) {
    const sent_ms = performance.now();
    try {
      const analysis = await reading.analyse(frame, goesOn);
      if (!analysis || !goesOn() || frame.captured_ms < this.#shown_ms) return;
      this.#shown_ms = frame.captured_ms;
      await this.#listener.onAnalysis(analysis, frame, performance.now() - sent_ms, goesOn);
    } catch (error) {
      if (goesOn()) await this.#complain(error);
    }
  }

  /** @param {any} error a ReadingProblem, or an error of this page */
  async #complain(error) {
    if (error?.title) this.#listener.onProblem(error.title, error.detail);
    else {
      globalThis.reportError?.(error); // visible in the browser's console
      this.#listener.onProblem(say("Something went wrong on this page."), error instanceof Error ? error.message : String(error));
    }
    await passed(AFTER_PROBLEM_MS);
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** @param {number} wait_ms */
function passed(wait_ms) {
  return wait_ms > 0 ? new Promise((resolve) => setTimeout(resolve, wait_ms)) : Promise.resolve();
}
