// @ts-check
/** Announces changes to screen readers, at most every two seconds. */

import { say } from "../shared/words.js";
import { describe } from "./emotions.js";

const PAUSE_MS = 2000;

export class Announcer {
  #element;
  #said = "";
  #said_ms = -Infinity;

  /** @param {HTMLElement} element a polite live region */
  constructor(element) {
    this.#element = element;
  }

  /** @param {import("./cast.js").Member[]} members */
  tell(members) {
    const words = members.map(({ number, face }) => `${members.length > 1 ? `${say("Face {number}:", { number })} ` : ""}${face.certain ? describe(face.emotion) : say("not sure")}`).join(", ");
    const now_ms = performance.now();
    if (words === this.#said || now_ms - this.#said_ms < PAUSE_MS) return;
    this.#said = words;
    this.#said_ms = now_ms;
    this.#element.textContent = words;
  }
}
