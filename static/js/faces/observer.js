// @ts-check
/** Measures the network's view of each face a few times a second, for hints and small pictures. */

import { Coach } from "./coach.js";

/** @typedef {import("./cast.js").Member} Member */

const EVERY_MS = 120;

export class Observer {
  hints = true;
  crops = false;
  #coach = new Coach();
  #looked_ms = 0;
  /** @type {Map<number, string>} */
  #hints = new Map();

  /** Whether a face is hard to read at present. @param {number} number */
  isPoor(number) {
    return this.#hints.has(number);
  }

  /** Measures the faces of a frame. @param {Member[]} members @param {import("../reading/reading.js").Frame} frame @param {(number: number, hint: string, pixels: Uint8ClampedArray | null) => void} advise @param {boolean} [isHeld] whether the picture is frozen */
  async observe(members, frame, advise, isHeld = false) {
    const now_ms = performance.now();
    if (!isHeld && now_ms - this.#looked_ms < EVERY_MS) return;
    this.#looked_ms = now_ms;
    const looks = (this.hints || this.crops) && members.length ? await frame.look(members.map(({ face: { box, tilt_deg } }) => ({ box, tilt_deg }))).catch(() => []) : [];
    if (!this.hints) this.#hints = new Map();
    else if (looks.length === members.length) this.#hints = this.#coach.update(members, looks, now_ms);
    members.forEach(({ number }, index) => advise(number, this.#hints.get(number) ?? "", (this.crops && looks[index]?.pixels) || null));
  }

  clear() {
    this.#coach.clear();
    this.#hints = new Map();
  }
}
