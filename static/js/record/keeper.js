// @ts-check
/** Keeps the latest record in this tab, so that a page that is left or loaded again does not lose it. */

import { parse, toJson } from "./session.js";

/** @typedef {import("./session.js").Session} Session */

const KEY = "lets-face-it-record";
const EVERY_MS = 5000;

export class Keeper {
  /** Whether a record is kept that was not saved to a file. */
  isUnsaved = false;
  #storage;
  #noted_ms = -Infinity;

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage a function, for asking alone may raise where storage is forbidden */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The record that was kept, or null. @returns {Session | null} */
  kept() {
    try {
      const text = this.#storage().getItem(KEY);
      return text ? parse(text) : null;
    } catch {
      return null;
    }
  }

  /** @param {Session} session */
  keep(session) {
    this.isUnsaved = true;
    try {
      this.#storage().setItem(KEY, toJson(session));
    } catch {
      // Storage is forbidden or full: the record lives until the page is left, which is asked about.
    }
  }

  /** Keeps now and then what is recorded so far: a browser may end a page without a word. @param {import("./recorder.js").Recorder} recorder */
  note(recorder) {
    const now_ms = performance.now();
    if (now_ms - this.#noted_ms < EVERY_MS) return;
    this.#noted_ms = now_ms;
    const session = recorder.so_far();
    if (session) this.keep(session);
  }

  /** The record was saved to a file. */
  saved() {
    this.isUnsaved = false;
  }
}
