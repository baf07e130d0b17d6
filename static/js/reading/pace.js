// @ts-check
/**
 * Chooses the frames' size and the number of frames in flight from measured round trips. Pure.
 *
 * As in TCP Vegas, the least recent round trip is the connection's latency; the rest of a round trip is the time that
 * the bytes take. While that time is short, more is sent: first a second and third frame in flight where the latency is
 * high, then larger frames. When it grows, the connection is saturated and the frames shrink.
 */

/** @typedef {{side_px: number, quality: number}} Size */

/** @type {Size[]} from the smallest, which still shows a near face, to the full size */
export const SIZES = [
  { side_px: 160, quality: 0.5 },
  { side_px: 240, quality: 0.5 },
  { side_px: 320, quality: 0.6 },
  { side_px: 480, quality: 0.65 },
  { side_px: 640, quality: 0.7 },
];
const FIRST = 2;
const MOST_UNDER_WAY = 4;
const AIM_MS = 180; // the aim between two answers; faster than four answers a second, from which the page feels live
const QUICK_MS = 150; // shorter round trips need no second frame in flight
const SLOW_MS = 450; // people notice answers of this age
const LATE_MS = 1000;
const WINDOW_MS = 10_000;
const HOLD_MS = 5000; // the wait before a size that was too large is tried again
const LONGEST_HOLD_MS = 60_000;

export class Pace {
  #size = FIRST;
  #room = 1;
  /** @type {{at_ms: number, round_ms: number, work_ms: number}[]} */
  #answers = [];
  #settles = 0; // the number of answers before a change shows
  #growsFrom_ms = 0;
  #hold_ms = HOLD_MS;

  /** The size of the next frame. */
  get size() {
    return SIZES[this.#size];
  }

  /** How many frames may be in flight. */
  get room() {
    return this.#room;
  }

  /** The least time between two frames, so that the frames in flight are spread over the round trip. */
  get gap_ms() {
    return this.#room > 1 ? (0.85 * this.round_ms) / this.#room : 0;
  }

  /** Milliseconds of a typical recent round trip; 0 before the first. */
  get round_ms() {
    return median(this.#answers.slice(-3).map(({ round_ms }) => round_ms));
  }

  /** The age in milliseconds from which an answer is too old: three more should have come by then. */
  get stale_ms() {
    const whole_ms = this.round_ms + median(this.#answers.slice(-3).map(({ work_ms }) => work_ms));
    return Math.max(LATE_MS, 1.5 * whole_ms + 3 * (whole_ms / this.#room));
  }

  get isSlow() {
    return this.round_ms > SLOW_MS;
  }

  /** Takes the figures of an answer. @param {number} round_ms without the server's own work @param {number} now_ms @param {number} [work_ms] the server's work */
  answered(round_ms, now_ms, work_ms = 0) {
    this.#answers.push({ at_ms: now_ms, round_ms, work_ms });
    this.#answers = this.#answers.filter(({ at_ms }) => now_ms - at_ms < WINDOW_MS);
    if (this.#settles-- <= 0) this.#choose(now_ms);
  }

  /** Reacts to an answer that did not come in time. */
  lost() {
    this.#changed(0, 1);
  }

  /** Starts anew, for a new connection. */
  forget() {
    this.#answers = [];
    this.#changed(Math.min(this.#size, FIRST), 1);
  }

  /** @param {number} now_ms */
  #choose(now_ms) {
    const way_ms = Math.min(...this.#answers.map((answer) => answer.round_ms));
    const carry_ms = this.round_ms - way_ms;
    const cap = this.round_ms < QUICK_MS ? 1 : Math.min(MOST_UNDER_WAY, Math.ceil((way_ms + AIM_MS) / AIM_MS));
    if (carry_ms > 1.3 * AIM_MS) this.#yield(now_ms);
    else if (this.#room > cap) this.#changed(this.#size, cap);
    else if (this.#room < cap && carry_ms < 0.7 * AIM_MS) this.#changed(this.#size, this.#room + 1);
    else if (carry_ms < 0.5 * AIM_MS && this.#size < SIZES.length - 1 && now_ms >= this.#growsFrom_ms) this.#changed(this.#size + 1, this.#room);
  }

  /** Reacts to a saturated connection. @param {number} now_ms */
  #yield(now_ms) {
    if (!this.#size) return this.#changed(0, Math.max(1, this.#room - 1));
    this.#growsFrom_ms = now_ms + this.#hold_ms;
    this.#hold_ms = Math.min(LONGEST_HOLD_MS, 2 * this.#hold_ms);
    this.#changed(this.#size - 1, this.#room);
  }

  /** @param {number} size @param {number} room */
  #changed(size, room) {
    this.#size = size;
    this.#room = room;
    this.#settles = this.round_ms < QUICK_MS ? 0 : room + 1;
  }
}

/** The median; 0 for no values. @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
