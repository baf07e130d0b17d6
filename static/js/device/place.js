// @ts-check
/** The switch "On this device / On the server": loads the device's files, shows the progress and remembers the choice. */

import { percent, say } from "../shared/words.js";
import { link } from "./link.js";

/** @typedef {"device" | "server"} Place */
/** @typedef {import("../controls/preferences.js").Preferences} Preferences */

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** Runs the switch of templates/place.html, if the operator offers reading on the device. @param {Preferences} preferences @param {(place: Place) => void} onPlace called at the start and whenever another place is ready to read */
export function switchPlace(preferences, onPlace) {
  if ($("place")) new PlaceSwitch($("place"), preferences, onPlace);
}

const WORDS = {
  device: say("Pictures are read in this browser and sent nowhere."),
  server: say("Pictures travel to the server, are read, and are gone."),
};

class PlaceSwitch {
  #root;
  #parts = { words: $("place-words"), progress: $("place-progress"), load: $("place-load"), promise: $("promise") };
  #preferences;
  #onPlace;
  #reading; // the operator's setting
  #toServer; // the page's text about what is sent

  /** @param {HTMLFieldSetElement} root @param {Preferences} preferences @param {(place: Place) => void} onPlace */
  constructor(root, preferences, onPlace) {
    this.#root = root;
    this.#preferences = preferences;
    this.#onPlace = onPlace;
    this.#reading = root.dataset.reading;
    this.#toServer = this.#parts.promise?.textContent ?? "";
    for (const radio of this.#radios) radio.addEventListener("change", () => void this.#choose(/** @type {Place} */ (radio.value)));
    this.#parts.load.addEventListener("click", () => void this.#loadDevice());
    const place = this.#reading === "device" || preferences.get("place") === "device" ? "device" : "server";
    this.#show(place);
    this.#promise(place);
    onPlace(place);
    if (place === "device") void this.#choose(place);
  }

  get #radios() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (this.#root.querySelectorAll("input[name=place]"));
  }

  /** @param {Place} place */
  async #choose(place) {
    this.#write(WORDS[place]);
    this.#parts.progress.hidden = this.#parts.load.hidden = true;
    if (place === "server") return this.#take("server");
    if (isSparing() && !link.isReady) this.#offerLoad();
    else await this.#loadDevice();
  }

  #offerLoad() {
    this.#parts.load.hidden = false;
    this.#write(say("Your line is set to save data. Reading on this device loads about 6 MB, once."));
  }

  async #loadDevice() {
    const { progress, load } = this.#parts;
    load.hidden = true;
    progress.hidden = link.isReady;
    try {
      await link.load((done, all) => this.#tell(done, all));
      if (this.#chosen !== "device") return; // the person has chosen the server meanwhile
      this.#write(WORDS.device);
      this.#take("device");
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    } finally {
      progress.hidden = true;
    }
  }

  /** @param {string} reason */
  #fail(reason) {
    if (this.#reading !== "both") return this.#write(reason);
    this.#write(`${reason} ${say("The server goes on reading.")}`);
    this.#show("server", false);
    this.#promise("server");
    this.#onPlace("server");
  }

  /** @param {Place} place */
  #take(place) {
    if (this.#reading === "both") this.#preferences.set("place", place);
    this.#promise(place);
    this.#onPlace(place);
  }

  get #chosen() {
    return this.#reading === "device" ? "device" : [...this.#radios].find(({ checked }) => checked)?.value;
  }

  /** @param {Place} place @param {boolean} [withWords] */
  #show(place, withWords = true) {
    for (const radio of this.#radios) radio.checked = radio.value === place;
    if (withWords) this.#write(WORDS[place]);
  }

  /** @param {Place} place */
  #promise(place) {
    const { promise } = this.#parts;
    if (promise) promise.textContent = place === "device" ? promise.dataset.device : this.#toServer;
  }

  /** @param {number} done bytes @param {number} all */
  #tell(done, all) {
    if (this.#chosen !== "device") return;
    Object.assign(this.#parts.progress, { value: done, max: all });
    this.#write(say("Loading what this device needs: {done} of {all} MB ({share})", { done: megabytes(done), all: megabytes(all), share: percent(done / all) }));
  }

  /** @param {string} words */
  #write(words) {
    this.#parts.words.textContent = words;
  }
}

/** Whether the person's browser asks sites to save data. */
function isSparing() {
  return Boolean(/** @type {any} */ (navigator).connection?.saveData);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
