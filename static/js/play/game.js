// @ts-check
/** The game "Show me surprise": rounds of words, with points by the network's confidence in each face. Pure. */

/** @typedef {import("../faces/cast.js").Member} Member */
/** @typedef {{word: string, best: Map<number, number>}} Round `best` is the highest share by face number */

export const ROUNDS = 5;
export const ROUND_MS = 7000;
const ENOUGH = 0.9; // this confidence gives full points and ends the round
const HELD_MS = 350; // how long a share has to be held to count
const READY_MS = 1200; // the pause after a round, in which players read the points

export class Game {
  /** @type {Round[]} the finished rounds and the current one */
  rounds = [];
  isPractice;
  #words;
  #random;
  #began_ms = 0;
  #over_ms = 0;
  /** @type {Map<number, {share: number, at_ms: number}[]>} recent readings by face number */
  #recent = new Map();

  /** @param {string[]} words that the network reads well @param {boolean} isPractice whether there is no time limit @param {() => number} [random] */
  constructor(words, isPractice, random = Math.random) {
    this.#words = words;
    this.isPractice = isPractice;
    this.#random = random;
  }

  /** The current round. */
  get round() {
    return this.rounds[this.rounds.length - 1];
  }

  /** Whether all rounds are over. */
  get isOver() {
    return !this.isPractice && this.rounds.length >= ROUNDS && this.#over_ms > 0;
  }

  /** Whether the round is over and its points are shown. */
  get isBetween() {
    return this.#over_ms > 0;
  }

  /** Starts the next round with another word than the last. @param {number} now_ms */
  next(now_ms) {
    const others = this.#words.filter((word) => word !== this.round?.word);
    this.rounds.push({ word: others[Math.floor(this.#random() * others.length)], best: new Map() });
    this.#began_ms = now_ms;
    this.#over_ms = 0;
    this.#recent.clear();
  }

  /** Takes the present readings of the faces. @param {Member[]} members @param {number} now_ms */
  see(members, now_ms) {
    if (this.#over_ms) {
      if (!this.isOver && !this.isPractice && now_ms - this.#over_ms > READY_MS) this.next(now_ms);
      return;
    }
    for (const { number, face } of members) this.#count(number, face.emotions[this.round.word] ?? 0, now_ms);
    const isEnough = Math.max(0, ...this.round.best.values()) >= ENOUGH;
    if (isEnough || (!this.isPractice && now_ms - this.#began_ms > ROUND_MS)) this.#over_ms = now_ms;
  }

  /** The remaining share of the round's time, 0..1. @param {number} now_ms */
  left(now_ms) {
    if (this.#over_ms || this.isPractice) return 0;
    return Math.max(0, 1 - (now_ms - this.#began_ms) / ROUND_MS);
  }

  /** Every player's points over all rounds as (face number, points), the most first; at most 100 for each round. @returns {[number, number][]} */
  get points() {
    /** @type {Map<number, number>} */
    const sums = new Map();
    for (const { best } of this.rounds) for (const [number, share] of best) sums.set(number, (sums.get(number) ?? 0) + Math.round(100 * share));
    return [...sums].sort((a, b) => b[1] - a[1]);
  }

  /** @param {number} number @param {number} share @param {number} now_ms */
  #count(number, share, now_ms) {
    const recent = (this.#recent.get(number) ?? []).filter(({ at_ms }) => now_ms - at_ms <= HELD_MS);
    recent.push({ share, at_ms: now_ms });
    this.#recent.set(number, recent);
    const held = recent[recent.length - 1].at_ms - recent[0].at_ms >= HELD_MS / 2 ? Math.min(...recent.map((each) => each.share)) : 0;
    this.round.best.set(number, Math.max(held, this.round.best.get(number) ?? 0));
  }
}
