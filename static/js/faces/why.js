// @ts-check
/** "Why?" beside a face: asks which parts support its word, tells the result in the face's card and passes the maps on. */

import { say } from "../shared/words.js";
import { describe } from "./emotions.js";
import { hasTelling, tell } from "./heat.js";

/** @typedef {import("./cast.js").Member} Member */
/** @typedef {import("./heat.js").Explanation} Explanation */

export class Why {
  #list;
  #ask;
  #onMaps;
  /** @type {Map<number, Explanation>} */
  #maps = new Map();
  #round = 0; // counts the calls of `clear`; answers to earlier questions are dropped
  /** The faces whose answers are pending. @type {Set<number>} */
  #asked = new Set();

  /**
   * @param {import("./facelist.js").FaceList} list
   * @param {(face: import("./emotions.js").Face) => Promise<Explanation>} ask rejects with a message for the person
   * @param {(maps: Explanation[]) => void} onMaps the maps to show now
   */
  constructor(list, ask, onMaps) {
    this.#list = list;
    this.#ask = ask;
    this.#onMaps = onMaps;
  }

  /** Shows a face's map, or removes it. @param {Member} member */
  async toggle({ number, face }) {
    if (this.#asked.has(number)) return;
    if (this.#maps.delete(number)) {
      this.#list.explain(number, false, "");
      return this.#showMaps();
    }
    const round = this.#round;
    this.#list.explain(number, true, say("Looking …"));
    this.#asked.add(number);
    try {
      const explanation = await this.#ask(face);
      if (round !== this.#round) return;
      this.#maps.set(number, { ...explanation, tilt_deg: face.tilt_deg });
      const other = explanation.emotion === face.emotion ? "" : `${say("This picture by itself {looks}.", { looks: describe(explanation.emotion) })} `;
      this.#list.explain(number, true, other + tell(explanation), hasTelling(explanation));
      this.#showMaps();
    } catch (error) {
      if (round === this.#round) this.#list.explain(number, false, error instanceof Error ? error.message : String(error));
    } finally {
      if (round === this.#round) this.#asked.delete(number);
    }
  }

  /** Passes on only maps on which some part matters; an evenly dark map says nothing. */
  #showMaps() {
    this.#onMaps([...this.#maps.values()].filter(hasTelling));
  }

  /** Removes all maps, and shows or hides the buttons. @param {boolean} canAsk */
  clear(canAsk) {
    this.#round++;
    this.#asked.clear();
    for (const number of this.#maps.keys()) this.#list.explain(number, false, "");
    this.#maps.clear();
    this.#list.offerWhy(canAsk);
    this.#onMaps([]);
  }
}
