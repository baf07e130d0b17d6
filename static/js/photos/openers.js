// @ts-check
/**
 * The modules that open files other than pictures, by the file's kind. Each exports
 * `open(file, { results, model, place })`, which adds a card to the element `results` and returns a promise. The promise
 * resolves once the file is read and rejects with a message for the person.
 *
 * @typedef {{results: HTMLElement, model: string, place: string}} Surroundings
 * @typedef {{open: (file: File, surroundings: Surroundings) => Promise<void>}} Opener
 */

/** @type {Partial<Record<import("./kinds.js").Kind, () => Promise<Opener>>>} */
export const OPENERS = {
  film: () => import("../film/film.js"),
};
