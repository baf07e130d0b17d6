// @ts-check
/** Chooses the leading words of a face and changes them rarely, so that a card stays readable. Pure. */

const SHOWN = 3;
const SLOWNESS = 0.9; // the weight of the previous value at each reading
const BETTER = 0.04; // the lead that another word needs to take a place

export class Leading {
  /** @type {Map<string, number>} each word's smoothed share */
  #usual = new Map();
  /** @type {Set<string>} */
  #words = new Set();

  /** The words to show; the leading word is among them. @param {string} emotion the leading word @param {Record<string, number>} emotions */
  update(emotion, emotions) {
    const labels = Object.keys(emotions);
    if (labels.length !== this.#usual.size || labels.some((label) => !this.#usual.has(label))) {
      this.#usual = new Map(Object.entries(emotions));
      this.#words = new Set(this.#ranked().slice(0, SHOWN));
    }
    for (const label of labels) this.#usual.set(label, SLOWNESS * (this.#usual.get(label) ?? 0) + (1 - SLOWNESS) * emotions[label]);
    const best = this.#ranked().find((label) => !this.#words.has(label));
    if (best && this.#share(best) > this.#share(this.#weakest()) + BETTER) this.#swap(best);
    if (!this.#words.has(emotion)) this.#swap(emotion);
    return this.#words;
  }

  /** @param {string} label takes the weakest one's place */
  #swap(label) {
    this.#words.delete(this.#weakest());
    this.#words.add(label);
  }

  #ranked() {
    return [...this.#usual.keys()].sort((a, b) => this.#share(b) - this.#share(a));
  }

  #weakest() {
    return [...this.#words].reduce((weakest, label) => (this.#share(label) < this.#share(weakest) ? label : weakest));
  }

  /** @param {string} label */
  #share(label) {
    return this.#usual.get(label) ?? 0;
  }
}
