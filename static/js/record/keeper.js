// @ts-check
/** Keeps the latest record in this tab's storage, so that leaving or reloading the page does not lose it. */

import { parse, toJson } from "./session.js";

/** @typedef {import("./session.js").Session} Session */

const KEY = "lets-face-it-record";
const EVERY_MS = 5000;

export class Keeper {
  /** Whether the kept record has not been saved to a file. */
  isUnsaved = false;
  #storage;
  #noted_ms = -Infinity;

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage a function, because reading `sessionStorage` may throw where storage is forbidden */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The kept record, or null. @returns {Session | null} */
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
      // Storage is forbidden or full: leaving the page loses the record, so the page asks first.
    }
  }

  /** Keeps the running record from time to time, because a browser may end a page without notice. @param {import("./recorder.js").Recorder} recorder */
  note(recorder) {
    const now_ms = performance.now();
    if (now_ms - this.#noted_ms < EVERY_MS) return;
    this.#noted_ms = now_ms;
    const session = recorder.so_far();
    if (session) this.keep(session);
  }

  /** Notes that the record was saved to a file. */
  saved() {
    this.isUnsaved = false;
  }
}
