// @ts-check
/** Reads a film frame by frame, as fast as the answers come. */

import { makeReading } from "../reading/reading.js";
import { say } from "../shared/words.js";

/** @typedef {import("./frames.js").FilmFrames} FilmFrames */
/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/**
 * @typedef {object} FilmListener
 * @property {(time_s: number, analysis: Analysis) => void} onAnalysis
 * @property {(words: string) => void} onWait why nothing is read just now; empty once it goes on
 */

const TRIES = 3; // for a frame to which no answer comes
const RETRY_MS = 1000;

export class FilmReader {
  #frames;
  #listener;
  #place;
  /** @type {Promise<import("../reading/reading.js").Reading> | null} */
  #opening = null;
  #run = 0;
  /** Where the next frame is looked for, in seconds. */
  next_s = 0;

  /** @param {FilmFrames} frames @param {string} place where frames are read: "server", or another place that makeReading knows @param {FilmListener} listener */
  constructor(frames, place, listener) {
    this.#frames = frames;
    this.#place = place;
    this.#listener = listener;
  }

  /** Whether the film was read to its end. */
  get isAtEnd() {
    return this.next_s >= this.#frames.length_s;
  }

  /** Reads from `next_s` on until the end or until `pause`; rejects in words. @param {string} model @param {() => number} every of so many frames one is read */
  async read(model, every) {
    const run = ++this.#run;
    const goesOn = () => run === this.#run;
    const reading = await (this.#opening ??= makeReading(this.#place, { onLink: (state, ...words) => this.#listener.onWait(state === "connected" ? "" : words.join(" ")) }));
    if (goesOn()) reading.open();
    let last_s = -1;
    while (goesOn() && !this.isAtEnd) {
      const time_s = await this.#frames.seek(this.next_s);
      if (!goesOn()) return;
      if (time_s !== last_s) {
        const analysis = await this.#ask(reading, time_s, model, goesOn);
        if (!analysis) return;
        this.#listener.onAnalysis(time_s, analysis);
      }
      last_s = time_s;
      this.next_s = Math.max(this.#frames.after(time_s, every()), this.next_s + this.#frames.step_s / 2); // a frame longer than the others is left behind as well
    }
  }

  /** Reads nothing more; the connection stays. */
  pause() {
    this.#run++;
  }

  /** Reads nothing more and lets connection or worker go. */
  close() {
    this.pause();
    void this.#opening?.then((reading) => reading.close());
    this.#opening = null;
  }

  /** The answer to the frame that is shown; null where reading was paused. @param {import("../reading/reading.js").Reading} reading @param {number} time_s @param {string} model @param {() => boolean} goesOn @returns {Promise<Analysis | null>} */
  async #ask(reading, time_s, model, goesOn) {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      await reading.ready();
      const analysis = goesOn() ? await reading.analyse(this.#frames.frame(time_s, model), goesOn) : null;
      if (!goesOn()) return null;
      if (analysis) return analysis;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Error(say("No answer came. Press “Read on” to try again."));
  }
}
