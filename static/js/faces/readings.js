// @ts-check
/** Turns replies into the shown faces: numbers, smoothed bars, changes from a resting face. Pure. */

import { against, normalise, restOf, whyNotCalm } from "./baseline.js";
import { Cast } from "./cast.js";

/** @typedef {import("./cast.js").Member} Member */
/** @typedef {import("./emotions.js").Face} Face */

const TINY = 1e-4;
const REST_MS = 5000;
const CHANGE_THRESHOLD = 0.5; // a model's own threshold was set on its probabilities, not on changes from a resting face

export class Readings {
  /** Time constant of the smoothing in seconds; 0 for no smoothing. */
  smoothing_s = 0;
  /** The probability from which a reading is certain. */
  threshold = 0;
  #cast = new Cast();
  /** @type {Map<number, {emotions: Record<string, number>, at_ms: number}>} */
  #calm = new Map();
  /**
   * Resting faces by number, with their samples; `track` is the face's track, null until a face comes back.
   * @type {Map<number, {track: number | null | undefined, samples: Record<string, number>[], emotions?: Record<string, number>}>}
   */
  #rests = new Map();
  #until_ms = 0; // the end of the recording of resting faces; 0 where none runs
  /** Whether resting faces were dropped because they can no longer be assigned to faces; `forgetRest` resets it. */
  hasLostRest = false;
  /** Why no resting face could be recorded; `forgetRest` resets it. @type {"unseen" | "smiling" | "restless" | null} */
  restProblem = null;

  /** The faces of a reply as the page shows them. @param {Face[]} faces @param {number} now_ms @returns {Member[]} */
  update(faces, now_ms) {
    const members = this.#cast.update(faces, now_ms);
    this.#rest(members, now_ms);
    const shown = members.map((member) => ({ ...member, face: this.#read(member, now_ms) }));
    for (const number of this.#calm.keys()) if (!members.some((member) => member.number === number)) this.#calm.delete(number);
    return shown;
  }

  /** Forgets all faces. A single resting face is kept for the next face; several are dropped, because they could be mixed up. */
  clear() {
    this.#cast.clear();
    this.#calm.clear();
    if (this.#rests.size > 1) this.#loseRest();
    for (const rest of this.#rests.values()) rest.track = null;
  }

  /** Records the faces of the next five seconds as resting faces. @param {number} now_ms */
  beginRest(now_ms) {
    this.forgetRest();
    this.#until_ms = now_ms + REST_MS;
  }

  forgetRest() {
    this.#until_ms = 0;
    this.#rests.clear();
    this.hasLostRest = false;
    this.restProblem = null;
  }

  /** Remaining seconds of the recording of resting faces; 0 where none runs. @param {number} now_ms */
  restLeft_s(now_ms) {
    return Math.max(0, (this.#until_ms - now_ms) / 1000);
  }

  get hasRest() {
    return this.#rests.size > 0 && !this.#until_ms;
  }

  /** @param {Member[]} members @param {number} now_ms */
  #rest(members, now_ms) {
    for (const { number, face } of members) {
      if (this.#until_ms && !this.#rests.has(number)) this.#rests.set(number, { track: face.track, samples: [] });
      const rest = this.#rests.get(number);
      if (!rest) continue;
      if (rest.track === null && members.length === 1) rest.track = face.track;
      if (rest.track !== face.track) return this.#loseRest();
      if (this.#until_ms) rest.samples.push(face.emotions);
    }
    if (!this.#until_ms || now_ms < this.#until_ms) return;
    const problem = this.#rests.size ? [...this.#rests.values()].map(({ samples }) => whyNotCalm(samples)).find(Boolean) : "unseen";
    if (problem) {
      this.forgetRest();
      this.restProblem = problem;
      return;
    }
    for (const rest of this.#rests.values()) rest.emotions = restOf(rest.samples);
    this.#until_ms = 0;
  }

  #loseRest() {
    this.forgetRest();
    this.hasLostRest = true;
  }

  /** @param {Member} member @param {number} now_ms @returns {Face} */
  #read({ number, face }, now_ms) {
    const rest = this.#rests.get(number)?.emotions;
    if (!rest && !this.smoothing_s) return face;
    const calm = this.#calmed(number, face.emotions, now_ms);
    const emotions = rest ? against(calm, rest) : calm;
    const emotion = Object.keys(emotions).reduce((best, label) => (emotions[label] > emotions[best] ? label : best));
    return { ...face, emotions, emotion, certain: emotions[emotion] >= (rest ? Math.min(this.threshold, CHANGE_THRESHOLD) : this.threshold), ...(rest && { raw: calm }) };
  }

  /** Smooths the readings in log space by time, not by their number, so that slow and fast connections look alike. @param {number} number @param {Record<string, number>} emotions @param {number} now_ms */
  #calmed(number, emotions, now_ms) {
    const before = this.#calm.get(number);
    const knowsAll = before && Object.keys(emotions).every((label) => label in before.emotions);
    const share = this.smoothing_s && before && knowsAll ? 1 - Math.exp(-(now_ms - before.at_ms) / 1000 / this.smoothing_s) : 1;
    const mixed = normalise(Object.entries(emotions).map(([label, value]) => [label, mix(before?.emotions[label] ?? value, value, share)]));
    this.#calm.set(number, { emotions: mixed, at_ms: now_ms });
    return mixed;
  }
}

/** @param {number} from @param {number} to @param {number} share */
function mix(from, to, share) {
  return Math.exp((1 - share) * Math.log(Math.max(TINY, from)) + share * Math.log(Math.max(TINY, to)));
}
