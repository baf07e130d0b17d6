// @ts-check
/**
 * What opens a dropped file that is no picture, by its content. A module that is named here offers
 * `open(file, { results, model, place })`: it puts its own card into the element `results` and gives a promise that is
 * kept once the file is read; it rejects in words for a person.
 *
 * @typedef {{results: HTMLElement, model: string, place: string}} Surroundings
 * @typedef {{open: (file: File, surroundings: Surroundings) => Promise<void>}} Opener
 */

/** @type {Partial<Record<import("./kinds.js").Kind, () => Promise<Opener>>>} */
export const OPENERS = {
  film: () => import("../film/film.js"),
};
