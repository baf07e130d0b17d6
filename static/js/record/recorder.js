// @ts-check
/** Records a session's numbers, never its pictures, while the person wants it to. */

import { History } from "./history.js";

/** @typedef {import("./session.js").Session} Session */

export class Recorder {
  #history = new History();
  #started = new Date();
  #start_ms = 0;
  #model = "";
  isOn = false;

  get seconds() {
    return this.isOn ? (performance.now() - this.#start_ms) / 1000 : 0;
  }

  start() {
    this.#history = new History();
    this.#started = new Date();
    this.#start_ms = performance.now();
    this.isOn = true;
  }

  /** @param {import("../faces/cast.js").Member[]} members @param {string} model */
  add(members, model) {
    if (!this.isOn) return;
    this.#model = model;
    this.#history.add(members, this.seconds);
  }

  mark() {
    if (this.isOn) this.#history.mark(this.seconds);
  }

  /** Ends the recording; returns the session, or null where no face was seen. @returns {Session | null} */
  stop() {
    this.isOn = false;
    return this.so_far();
  }

  /** The session recorded so far, or null where no face was seen. @returns {Session | null} */
  so_far() {
    const { lanes, marks } = this.#history;
    return lanes.size ? { started: this.#started.toISOString(), model: this.#model, lanes, marks } : null;
  }
}
