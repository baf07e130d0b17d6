// @ts-check
/** What a person chose, remembered on this device only. */

const KEY = "lets-face-it";

/** @typedef {{camera: string, model: string, rival: string, mirror: boolean, smoothing_s: number, place: string, crops: boolean, all: boolean, coach: boolean, keys: boolean}} Choices */

/** @type {Choices} */
export const DEFAULTS = { camera: "", model: "", rival: "", mirror: true, smoothing_s: 0, place: "server", crops: false, all: false, coach: true, keys: true };

export class Preferences {
  #storage;
  /** @type {Choices} */
  #choices;

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage a function, because reading `localStorage` may throw where storage is forbidden */
  constructor(storage) {
    this.#storage = storage;
    this.#choices = { ...DEFAULTS, ...this.#load() };
  }

  /** @template {keyof Choices} Name @param {Name} name @returns {Choices[Name]} */
  get(name) {
    return this.#choices[name];
  }

  /** @template {keyof Choices} Name @param {Name} name @param {Choices[Name]} value */
  set(name, value) {
    this.#choices[name] = value;
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#choices));
    } catch {
      // Storage is forbidden or full: the choice holds until the page is left.
    }
  }

  /** The stored choices that are known and of the right type. @returns {Partial<Choices>} */
  #load() {
    try {
      const stored = JSON.parse(this.#storage().getItem(KEY) ?? "{}");
      return Object.fromEntries(Object.entries(DEFAULTS).flatMap(([name, value]) => (typeof stored[name] === typeof value ? [[name, stored[name]]] : [])));
    } catch {
      return {};
    }
  }
}
