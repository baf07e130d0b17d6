// @ts-check
/** What a frame was refused for, or why it failed, in words for a person. */
export class ReadingProblem extends Error {
  /** @param {string} title @param {string} detail */
  constructor(title, detail) {
    super(`${title} ${detail}`);
    this.title = title;
    this.detail = detail;
  }
}
