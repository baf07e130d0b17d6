// @ts-check
/** Reads the page's frames: holds the reading of the chosen place, the second model's reading, and the loop that feeds both. */

import { Loop } from "./loop.js";
import { makeReading } from "./reading.js";
import { Rival } from "./rival.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {import("../camera/source.js").TakenFrame} TakenFrame */
/** @typedef {{captured_ms: number, latency_ms: number}} Timing */
/**
 * @typedef {object} ReaderListener
 * @property {(goesOn: () => boolean) => Promise<TakenFrame | null>} capture takes the next frame
 * @property {(analysis: Analysis, other: Analysis | null, frame: TakenFrame, timing: Timing, goesOn: () => boolean) => void | Promise<void>} onAnalysis `other` is the second model's answer
 * @property {import("./reading.js").LinkListener["onLink"]} onLink
 * @property {(title: string, detail: string) => void} onProblem
 */

export class Reader {
  #listener;
  #place = "server";
  /** @type {Promise<import("./reading.js").Reading> | null} */
  #opening = null;
  /** @type {import("./reading.js").Reading | null} */
  #reading = null;
  #loop;
  #run = 0;
  /** @type {WeakMap<TakenFrame, Promise<Analysis | null>>} the second model's answers */
  #others = new WeakMap();
  rival = new Rival(() => makeReading(this.#place, { onLink() {} }));
  /** Whether the loop waits longer for the second model's answer, as for a frozen picture. */
  isPatient = false;

  /** @param {ReaderListener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#loop = new Loop({
      capture: (goesOn) => this.#capture(goesOn),
      onAnalysis: (...answer) => this.#onAnalysis(...answer),
      onProblem: (...words) => listener.onProblem(...words),
    });
  }

  /** Where frames are read: "server", or another place that makeReading knows. */
  get place() {
    return this.#place;
  }

  set place(place) {
    if (place === this.#place) return;
    this.stop();
    this.#place = place;
    this.#opening = this.#reading = null;
  }

  /** Reads frames until `pause` or `stop`. */
  async start() {
    const run = ++this.#run;
    this.#opening ??= makeReading(this.#place, { onLink: (...link) => this.#listener.onLink(...link) });
    const reading = await this.#opening;
    if (run !== this.#run) return;
    this.#reading = reading;
    this.#loop.start(reading);
  }

  /** Stops reading; connections stay open. */
  pause() {
    this.#run++;
    this.#loop.pause();
  }

  /** Stops reading and closes connections and workers. */
  stop() {
    this.pause();
    this.#reading?.close();
    this.rival.rest();
  }

  /** The age in milliseconds from which an answer is too old. */
  get stale_ms() {
    return this.#reading?.stale_ms ?? 1000;
  }

  get isSlow() {
    return this.#reading?.isSlow ?? false;
  }

  get way() {
    return this.#reading?.way ?? "";
  }

  /** Which parts of a face support its word; rejects with a message for the person. @param {TakenFrame} frame @param {string} model @param {import("../faces/emotions.js").Face} face */
  async explain(frame, model, face) {
    const reading = await this.#opening;
    if (!reading) throw new Error();
    return reading.explain(frame, model, face);
  }

  /** @param {() => boolean} goesOn */
  async #capture(goesOn) {
    const frame = await this.#listener.capture(goesOn);
    if (frame && goesOn()) this.#others.set(frame, this.rival.ask(frame, goesOn, this.isPatient));
    return frame;
  }

  /** @param {Analysis} analysis @param {any} frame @param {number} latency_ms @param {() => boolean} goesOn */
  async #onAnalysis(analysis, frame, latency_ms, goesOn) {
    const other = this.rival.model ? await this.#others.get(frame) : null;
    if (goesOn()) await this.#listener.onAnalysis(analysis, other ?? null, frame, { captured_ms: frame.captured_ms, latency_ms }, goesOn);
  }
}
