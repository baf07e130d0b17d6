// @ts-check
/** The live page's records: the last minute, the recording, and records opened from files. */

import { colourOfNumber } from "../drawing/drawing.js";
import { say } from "../shared/words.js";
import { Keeper } from "./keeper.js";
import { Minute } from "./minute.js";
import { Recorder } from "./recorder.js";
import { parse } from "./session.js";
import { SessionView } from "./sessionview.js";

/** @typedef {import("../faces/cast.js").Member} Member */
/** @typedef {import("./sessionview.js").Parts & {minute: HTMLElement, lastMinute: HTMLCanvasElement, open: HTMLInputElement, problem: HTMLElement}} Parts */

export class Records {
  minute;
  recorder = new Recorder();
  #view;
  #keeper = new Keeper(() => sessionStorage);
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.minute = new Minute(parts.minute, parts.lastMinute, colourOfNumber);
    this.#view = new SessionView(parts, colourOfNumber, () => this.#keeper.saved());
    parts.open.addEventListener("change", () => void this.#open());
    window.addEventListener("beforeunload", (event) => this.#onLeaving(event));
    window.addEventListener("pagehide", () => this.#keep());
    const kept = this.#keeper.kept();
    if (kept) this.#view.show(kept, false);
  }

  /** @param {Member[]} members @param {string} model */
  add(members, model) {
    this.minute.add(members);
    this.recorder.add(members, model);
    if (this.recorder.isOn) this.#keeper.note(this.recorder);
  }

  /** Starts or ends a recording; returns the message for the person, if any. */
  toggle() {
    if (!this.recorder.isOn) {
      this.recorder.start();
      return "";
    }
    const session = this.recorder.stop();
    if (!session) return say("Nothing was recorded: no face was seen.");
    this.#keeper.keep(session);
    this.#view.show(session);
    return "";
  }

  mark() {
    this.recorder.mark();
    this.minute.mark();
  }

  /** @param {BeforeUnloadEvent} event */
  #onLeaving(event) {
    if (this.recorder.isOn || this.#keeper.isUnsaved) event.preventDefault();
  }

  #keep() {
    const session = this.recorder.isOn ? this.recorder.so_far() : null;
    if (session) this.#keeper.keep(session);
  }

  async #open() {
    const file = this.#parts.open.files?.[0];
    this.#parts.problem.textContent = "";
    try {
      if (file) this.#view.show(parse(await file.text()));
    } catch (error) {
      this.#parts.problem.textContent = error instanceof Error ? error.message : String(error);
    }
    this.#parts.open.value = "";
  }
}
