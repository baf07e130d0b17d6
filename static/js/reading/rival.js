// @ts-check
/** A second model that reads the same frames with its own reading, because each reading tracks faces for itself. */

import { overlap } from "../faces/cast.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {import("../faces/emotions.js").Face} Face */
/** @typedef {import("./reading.js").Reading} Reading */

const PATIENCE_MS = 700; // after this wait the first model continues without the second
const SAME_FROM_OVERLAP = 0.4;
const REMEMBERED = 300; // how many comparisons the share of agreement covers

export class Rival {
  /** Name of the model; empty while there is none. */
  model = "";
  /** @type {Promise<Reading> | null} */
  #reading = null;
  #makeReading;
  #isBusy = false;
  /** @type {boolean[]} */
  #agreed = [];

  /** @param {() => Promise<Reading>} makeReading a reading of the first model's place */
  constructor(makeReading) {
    this.#makeReading = makeReading;
  }

  /** @param {string} model empty for no second model */
  choose(model) {
    this.model = model;
    this.#agreed = [];
    if (!model) this.rest();
  }

  /** Closes the reading until it is needed again. */
  rest() {
    void this.#reading?.then((reading) => reading.close());
    this.#reading = null;
  }

  /**
   * The second model's answer; null where none comes in time.
   * @param {import("../camera/source.js").TakenFrame} frame @param {() => boolean} goesOn whether the answer is still wanted
   * @param {boolean} [isPatient] whether to wait ten times as long, as for a frozen frame
   * @returns {Promise<Analysis | null>}
   */
  async ask(frame, goesOn, isPatient = false) {
    if (!this.model || this.#isBusy) return null;
    const late = new Promise((resolve) => setTimeout(resolve, (isPatient ? 10 : 1) * PATIENCE_MS, null));
    return Promise.race([this.#answer(frame, goesOn, isPatient), late]);
  }

  /** @param {import("../camera/source.js").TakenFrame} frame @param {() => boolean} goesOn @param {boolean} isPatient @returns {Promise<Analysis | null>} */
  async #answer(frame, goesOn, isPatient) {
    this.#isBusy = true;
    try {
      const reading = await (this.#reading ??= this.#open());
      const now = new Promise((resolve) => setTimeout(resolve, 0, false));
      const isReady = await Promise.race([reading.ready().then(() => true), ...(isPatient ? [] : [now])]);
      const bytes = isReady ? await frame.encoded : null;
      if (!isReady || !goesOn()) return null;
      return await reading.analyse({ ...frame, model: this.model, encode: async () => bytes }, goesOn);
    } catch {
      return null;
    } finally {
      this.#isBusy = false;
    }
  }

  async #open() {
    const reading = await this.#makeReading();
    reading.open();
    return reading;
  }

  /** The faces, each with the second model's answer. @param {Face[]} faces @param {Analysis | null} analysis @returns {Face[]} */
  compare(faces, analysis) {
    if (!analysis) return faces;
    const compared = pair(faces, analysis.faces);
    this.#agreed.push(...compared.flatMap((face) => (face.rival ? [face.rival.emotion === face.emotion] : [])));
    this.#agreed.splice(0, this.#agreed.length - REMEMBERED);
    return compared;
  }

  /** The share of the latest readings in which both models agree; null before the first. */
  get agreement() {
    return this.#agreed.length ? this.#agreed.filter(Boolean).length / this.#agreed.length : null;
  }
}

/** Pairs each face with the second model's face at the same place, if there is one. @param {Face[]} faces @param {Face[]} rivals @returns {Face[]} */
export function pair(faces, rivals) {
  return faces.map((face) => {
    const rival = rivals.find((each) => overlap(each.box, face.box) > SAME_FROM_OVERLAP);
    return rival ? { ...face, rival } : face;
  });
}
