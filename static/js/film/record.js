// @ts-check
/** The readings of a film: the faces of each frame by time, and the record made of them. Pure. */

import { Cast } from "../faces/cast.js";

/** @typedef {import("../faces/cast.js").Member} Member */
/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {{time_s: number, members: Member[], width: number, height: number}} ReadFrame boxes are in pixels of a picture of that size */

const LONGEST_GAP_S = 1; // how long a frame's faces stay where no later frame was read

export class FilmRecord {
  /** @type {ReadFrame[]} in time's order */
  #frames = [];
  #cast = new Cast();
  #last_s = -Infinity;
  model = "";

  /** The number of read frames. */
  get size() {
    return this.#frames.length;
  }

  /** Adds a frame's answer, or replaces the one of the same time. @param {number} time_s @param {Analysis} analysis */
  add(time_s, { model, faces, width, height }) {
    if (time_s < this.#last_s) this.#cast.clear(); // the film was sought: numbering starts anew, as tracking does on the server
    this.#last_s = time_s;
    this.model = model;
    const frame = { time_s, members: this.#cast.update(faces, time_s * 1000), width, height };
    const place = this.#placeOf(time_s);
    const isKnown = this.#frames[place - 1]?.time_s === time_s;
    this.#frames.splice(isKnown ? place - 1 : place, isKnown ? 1 : 0, frame);
    return frame;
  }

  /** The frame to show at a time: the last one read before it; null where that is too long ago. @param {number} at_s @returns {ReadFrame | null} */
  at(at_s) {
    const frame = this.#frames[this.#placeOf(at_s) - 1];
    return frame && at_s - frame.time_s <= LONGEST_GAP_S ? frame : null;
  }

  /** The faces over time, in the form of a live record. @returns {import("../record/history.js").Lanes} */
  get lanes() {
    /** @type {import("../record/history.js").Lanes} */
    const lanes = new Map();
    for (const { time_s, members } of this.#frames) {
      for (const { number, face } of members) {
        if (!lanes.has(number)) lanes.set(number, []);
        lanes.get(number)?.push({ at_s: time_s, emotion: face.emotion, certain: face.certain, emotions: face.emotions });
      }
    }
    return lanes;
  }

  /** The number of frames up to this time. @param {number} at_s */
  #placeOf(at_s) {
    let [low, high] = [0, this.#frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#frames[middle].time_s <= at_s) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
