// @ts-check
/** A second model that reads the same frames, by a reading of its own: readings follow faces, each its own. */

import { overlap } from "../faces/cast.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {import("../faces/emotions.js").Face} Face */
/** @typedef {import("./reading.js").Reading} Reading */

const PATIENCE_MS = 700; // the first model goes on without the second
const SAME_FROM_OVERLAP = 0.4;
const REMEMBERED = 300; // comparisons that the share of agreement is taken from

export class Rival {
  /** Name of the model; empty while there is none. */
  model = "";
  /** @type {Promise<Reading> | null} */
  #reading = null;
  #makeReading;
  #isBusy = false;
  /** @type {boolean[]} */
  #agreed = [];

  /** @param {() => Promise<Reading>} makeReading a reading of the place that the first model's is of */
  constructor(makeReading) {
    this.#makeReading = makeReading;
  }

  /** @param {string} model empty to have none */
  choose(model) {
    this.model = model;
    this.#agreed = [];
    if (!model) this.rest();
  }

  /** Lets its reading go until it is needed again. */
  rest() {
    void this.#reading?.then((reading) => reading.close());
    this.#reading = null;
  }

  /**
   * The second model's answer; null where there is none in time.
   * @param {import("../camera/source.js").TakenFrame} frame @param {() => boolean} goesOn whether it is still wanted
   * @param {boolean} [isPatient] whether it is waited for until it comes, as of a frozen frame
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

  /** The faces, each with what the second model says of it. @param {Face[]} faces @param {Analysis | null} analysis @returns {Face[]} */
  compare(faces, analysis) {
    if (!analysis) return faces;
    const compared = pair(faces, analysis.faces);
    this.#agreed.push(...compared.flatMap((face) => (face.rival ? [face.rival.emotion === face.emotion] : [])));
    this.#agreed.splice(0, this.#agreed.length - REMEMBERED);
    return compared;
  }

  /** Share of the latest readings in which both said the same; null before there is one. */
  get agreement() {
    return this.#agreed.length ? this.#agreed.filter(Boolean).length / this.#agreed.length : null;
  }
}

/** Each face with the rival that lies on it, where there is one. @param {Face[]} faces @param {Face[]} rivals @returns {Face[]} */
export function pair(faces, rivals) {
  return faces.map((face) => {
    const rival = rivals.find((each) => overlap(each.box, face.box) > SAME_FROM_OVERLAP);
    return rival ? { ...face, rival } : face;
  });
}
