// @ts-check
/** Looks at the faces as the network does, a few times a second: hints, and the little pictures. */

import { Coach } from "./coach.js";

/** @typedef {import("./cast.js").Member} Member */

const EVERY_MS = 120;

export class Observer {
  hints = true;
  crops = false;
  #look;
  #coach = new Coach();
  #looked_ms = 0;
  /** @type {Map<number, string>} */
  #hints = new Map();

  /** @param {(places: import("../reading/frames.js").Place[]) => Promise<import("./crops.js").Look[]>} look at the frame that was sent last */
  constructor(look) {
    this.#look = look;
  }

  /** Whether a face is hard to read just now. @param {number} number */
  isPoor(number) {
    return this.#hints.has(number);
  }

  /**
   * Call before the next frame is taken: the boxes belong to the last.
   * @param {Member[]} members @param {(number: number, hint: string, pixels: Uint8ClampedArray | null) => void} advise
   */
  async observe(members, advise) {
    const now_ms = performance.now();
    if (now_ms - this.#looked_ms < EVERY_MS) return;
    this.#looked_ms = now_ms;
    const looks = (this.hints || this.crops) && members.length ? await this.#look(members.map(({ face: { box, tilt_deg } }) => ({ box, tilt_deg }))).catch(() => []) : [];
    if (!this.hints) this.#hints = new Map();
    else if (looks.length === members.length) this.#hints = this.#coach.update(members, looks, now_ms);
    members.forEach(({ number }, index) => advise(number, this.#hints.get(number) ?? "", (this.crops && looks[index]?.pixels) || null));
  }

  clear() {
    this.#coach.clear();
    this.#hints = new Map();
  }
}
