// @ts-check
/** The readings over time: samples by face number, and marks. Pure. */

/** @typedef {import("../faces/cast.js").Member} Member */
/** @typedef {{at_s: number, emotion: string, certain: boolean, emotions: Record<string, number>}} Sample */
/** @typedef {Map<number, Sample[]>} Lanes samples in time's order, by face number */

const LEAST_ABSENCE_S = 1;
const LONGEST_GAP_S = 6;
const LEAST_GAP_S = 0.18; // five samples a second are enough for a smooth timeline

export class History {
  /** @type {Lanes} */
  lanes = new Map();
  /** Moments that the person marked, in seconds. @type {number[]} */
  marks = [];
  #keep_s;

  /** @param {number} [keep_s] how many seconds are kept; everything by default */
  constructor(keep_s = Infinity) {
    this.#keep_s = keep_s;
  }

  /** @param {Member[]} members @param {number} at_s */
  add(members, at_s) {
    for (const { number, face } of members) {
      const lane = this.lanes.get(number) ?? [];
      if (at_s - (lane.at(-1)?.at_s ?? -Infinity) < LEAST_GAP_S) continue;
      lane.push({ at_s, emotion: face.emotion, certain: face.certain, emotions: face.emotions });
      this.lanes.set(number, lane);
    }
    if (this.#keep_s !== Infinity) this.#forgetBefore(at_s - this.#keep_s);
  }

  /** @param {number} at_s */
  mark(at_s) {
    this.marks.push(at_s);
  }

  clear() {
    this.lanes.clear();
    this.marks = [];
  }

  /** @param {number} at_s */
  #forgetBefore(at_s) {
    this.marks = this.marks.filter((mark) => mark >= at_s);
    for (const [number, lane] of this.lanes) {
      while (lane.length && lane[0].at_s < at_s) lane.shift();
      if (!lane.length) this.lanes.delete(number);
    }
  }
}

/** The longest pause between samples that does not count as an absence; longer on a slow connection. @param {Sample[]} lane */
export function gapOf(lane) {
  const pauses = lane.slice(1).map(({ at_s }, i) => at_s - lane[i].at_s).sort((a, b) => a - b);
  const usual_s = pauses[Math.floor(pauses.length / 2)] ?? 0;
  return Math.min(LONGEST_GAP_S, Math.max(LEAST_ABSENCE_S, 3 * usual_s));
}

/** The stretches of a lane in which one emotion leads and is certain. @param {Sample[]} lane @param {number} [gap_s] longest pause within a stretch */
export function stretchesOf(lane, gap_s = gapOf(lane)) {
  /** @type {{emotion: string, from_s: number, to_s: number}[]} */
  const stretches = [];
  for (const { at_s, emotion, certain } of lane) {
    const last = stretches.at(-1);
    const said = certain ? emotion : "";
    if (last && last.emotion === said && at_s - last.to_s <= gap_s) last.to_s = at_s;
    else stretches.push({ emotion: said, from_s: at_s, to_s: at_s });
  }
  return stretches.filter((stretch) => stretch.emotion);
}
