// @ts-check
/**
 * Where photos are read. A place gives the answer to a picture, and why a face in it is read as it is; both reject in
 * words for a person. A new place is one more line here.
 *
 * @typedef {object} PhotoReader
 * @property {(picture: Blob, model: string) => Promise<import("../faces/emotions.js").Analysis>} analyse
 * @property {(picture: Blob, model: string, face: import("../faces/emotions.js").Face) => Promise<import("../faces/heat.js").Explanation>} explain
 */

import { analysePhoto, explainFace } from "./photos.js";

/** @type {Record<string, () => Promise<PhotoReader>>} */
const PLACES = {
  device: () => import("../device/photos.js"),
  server: async () => ({ analyse: analysePhoto, explain: explainFace }),
};

/** What reads photos at a place; the server where the place is unknown. @param {string} place */
export function photoReader(place) {
  return (PLACES[place] ?? PLACES.server)();
}
