// @ts-check
/**
 * The places where photos are read. A place returns the answer to a picture and the explanation of a face; both reject
 * with a message for the person. A new place is one more line here.
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

/** The photo reader of a place; the server's where the place is unknown. @param {string} place */
export function photoReader(place) {
  return (PLACES[place] ?? PLACES.server)();
}
