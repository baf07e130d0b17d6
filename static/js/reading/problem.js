// @ts-check
/** Why a frame was refused or failed, in words for the person. */
export class ReadingProblem extends Error {
  /** @param {string} title @param {string} detail */
  constructor(title, detail) {
    super(`${title} ${detail}`);
    this.title = title;
    this.detail = detail;
  }
}
