// @ts-check
/** Reads a film frame by frame, as fast as the answers come. */

import { makeReading } from "../reading/reading.js";
import { say } from "../shared/words.js";

/** @typedef {import("./frames.js").FilmFrames} FilmFrames */
/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/**
 * @typedef {object} FilmListener
 * @property {(time_s: number, analysis: Analysis) => void} onAnalysis
 * @property {(words: string) => void} onWait why reading waits; empty once it continues
 */

const TRIES = 3; // for a frame without an answer
const RETRY_MS = 1000;

export class FilmReader {
  #frames;
  #listener;
  #place;
  /** @type {Promise<import("../reading/reading.js").Reading> | null} */
  #opening = null;
  #run = 0;
  /** The film's time of the next frame to read, in seconds. */
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

  /** Reads from `next_s` to the end or until `pause`; rejects with a message for the person. @param {string} model @param {() => number} every the step between two read frames, in frames */
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
      this.next_s = Math.max(this.#frames.after(time_s, every()), this.next_s + this.#frames.step_s / 2); // moves on also past a frame that lasts longer than others
    }
  }

  /** Stops reading; the connection stays open. */
  pause() {
    this.#run++;
  }

  /** Stops reading and closes the connection or the worker. */
  close() {
    this.pause();
    void this.#opening?.then((reading) => reading.close());
    this.#opening = null;
  }

  /** The answer to the shown frame; null where reading was paused. @param {import("../reading/reading.js").Reading} reading @param {number} time_s @param {string} model @param {() => boolean} goesOn @returns {Promise<Analysis | null>} */
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
