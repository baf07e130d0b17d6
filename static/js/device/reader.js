// @ts-check
/** Turns pixels into the contract's reply, step by step. Port of app/vision/pipeline.py. */

import { boxOf, LANDMARKS, turnOf } from "./detection.js";
import { explain, rowsFor } from "./explain.js";
import { liveViews } from "./finder.js";
import { cropFace, toGrey } from "./pixels.js";

/** @typedef {import("./detection.js").Detection} Detection */
/** @typedef {import("./finder.js").Finder} Finder */
/** @typedef {import("./pixels.js").Rgba} Rgba */
/** @typedef {{name: string, labels: string[], threshold: number, network: import("./runtime.js").Network, ms_per_face: number}} Model */


export class Reader {
  #finder;
  #constants;

  /** @param {Finder} finder @param {import("./finder.js").Constants} constants */
  constructor(finder, constants) {
    this.#finder = finder;
    this.#constants = constants;
  }

  /** The reply to a photo. @param {Rgba} picture upright @param {Model} model */
  async photo(picture, model) {
    const watch = new Watch();
    const grey = toGrey(picture);
    const found = await this.#finder.photo(grey);
    const read = found.slice(0, this.#constants.limits.photo_faces);
    watch.lap("detect");
    const faces = [];
    for (const place of read) faces.push(faceOf(model, place, picture, await classify(model, cropFace(grey, place))));
    watch.lap("classify");
    return { model: model.name, width: picture.width, height: picture.height, faces, left_out: found.length - read.length, timing_ms: watch.timing_ms };
  }

  /** The reply to a live frame. @param {Rgba} picture @param {import("./tracks.js").Tracks} tracks the faces of earlier frames @param {Model} model @param {number} seq @param {number} now_s */
  async frame(picture, tracks, model, seq, now_s) {
    const watch = new Watch();
    const grey = toGrey(picture);
    const found = await tracks.follow(now_s, picture, this.#eye(grey));
    const shown = found.slice(0, this.#constants.limits.live_faces);
    watch.lap("detect");
    for (const track of shown) if (track.isSeen) track.read(await classify(model, cropFace(grey, track.place)), now_s, model.name);
    watch.lap("classify");
    const told = shown.filter(({ reader }) => reader === model.name); // a track that this frame missed may hold another model's answer
    const faces = told.map(({ place, probabilities, number }) => ({ ...faceOf(model, place, picture, probabilities), track: number }));
    return { model: model.name, width: picture.width, height: picture.height, faces, left_out: found.length - shown.length, timing_ms: watch.timing_ms, seq };
  }

  /** Which parts of a face support its word. @param {Rgba} picture @param {Model} model @param {number[]} box @param {number} tilt_deg */
  async explain(picture, model, [x, y, width, height], tilt_deg) {
    const watch = new Watch();
    const place = { x: x + width / 2, y: y + height / 2, side: Math.max(width, height), score: 0, tilt_deg, landmarks: null };
    const crop = cropFace(toGrey(picture), place);
    const probabilities = await classify(model, crop);
    watch.lap("classify");
    const grid = await explain((face) => classify(model, face), crop, probabilities.indexOf(Math.max(...probabilities)), rowsFor(model.ms_per_face));
    watch.lap("explain");
    return { model: model.name, ...faceOf(model, place, picture, probabilities), box: [x, y, width, height], score: null, grid, timing_ms: watch.timing_ms };
  }

  /** The finder on one frame, in the form that Tracks.follow expects. @param {import("./pixels.js").Picture} grey @returns {import("./tracks.js").Eye} */
  #eye(grey) {
    const { live, tracks } = this.#constants;
    return {
      count: liveViews(grey, live).length,
      near: (place) => this.#finder.near(grey, place, tracks.keep_score),
      scan: (numbers) => this.#finder.scan(grey, numbers),
      confirm: (candidate) => this.#finder.confirm(grey, candidate),
    };
  }
}

/** @param {Model} model @param {ArrayLike<number>} crop 48×48 grey levels @returns {Promise<number[]>} */
export async function classify({ network }, crop) {
  const [probabilities] = Object.values(await network.run(Float32Array.from(crop)));
  return [...probabilities];
}

/** @param {Model} model @param {Detection} place @param {{width: number, height: number}} size @param {number[]} probabilities */
function faceOf({ labels, threshold }, place, { width, height }, probabilities) {
  const most = Math.max(...probabilities);
  return {
    box: boxOf(place, width, height),
    emotion: labels[probabilities.indexOf(most)],
    certain: most >= threshold,
    emotions: Object.fromEntries(labels.map((label, i) => [label, rounded(probabilities[i], 4)])),
    score: rounded(place.score, 3),
    tilt_deg: rounded(place.tilt_deg, 1),
    turn: place.landmarks && rounded(turnOf(place) ?? 0, 2),
    landmarks: place.landmarks && Object.fromEntries(LANDMARKS.map((name, i) => [name, place.landmarks?.[i].map(Math.round)])),
  };
}

/** @param {number} value @param {number} digits */
function rounded(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** Milliseconds of each step, and of all steps. */
class Watch {
  #started_ms = performance.now();
  #last_ms = this.#started_ms;
  /** @type {Record<string, number>} */
  #steps_ms = { decode: 0 };

  /** @param {string} step */
  lap(step) {
    const now_ms = performance.now();
    this.#steps_ms[step] = rounded(now_ms - this.#last_ms, 2);
    this.#last_ms = now_ms;
  }

  get timing_ms() {
    return { ...this.#steps_ms, total: rounded(this.#last_ms - this.#started_ms, 2) };
  }
}
