// @ts-check
/** Calibration: the dialog that explains it, the countdown, and the note where a face was not at rest. */

import { say, sayCount } from "../shared/words.js";

const PROBLEMS = {
  unseen: say("Not calibrated: no face was seen for long enough. Look at the camera and try again."),
  smiling: say("Not calibrated: the face did not look relaxed. Let the smile go and try again."),
  restless: say("Not calibrated: the face kept changing. Hold still and try again."),
};
const LOST = say("Calibration is off: the faces may have changed places. Calibrate again.");

export class Calibration {
  #parts;
  #readings;
  #tell;

  /** @param {{dialog: HTMLDialogElement, countdown: HTMLElement, note: HTMLElement}} parts @param {import("../faces/readings.js").Readings} readings @param {(words: string) => void} tell */
  constructor(parts, readings, tell) {
    this.#parts = parts;
    this.#readings = readings;
    this.#tell = tell;
    parts.dialog.addEventListener("close", () => {
      if (parts.dialog.returnValue === "begin") readings.beginRest(performance.now());
    });
  }

  /** Whether a resting face is set or being recorded. */
  get isOn() {
    return this.#readings.hasRest || this.#left_s > 0;
  }

  /** Opens the dialog that asks whether to begin. */
  ask() {
    this.#parts.dialog.returnValue = "";
    this.#parts.dialog.showModal();
  }

  end() {
    this.#readings.forgetRest();
  }

  wordsNow() {
    const left_s = Math.ceil(this.#left_s);
    return left_s ? sayCount(left_s, "Relax your face: one second", "Relax your face: {count} seconds") : "";
  }

  /** Shows the remaining seconds, and reports once how the calibration ended. @param {boolean} isFrozen */
  tick(isFrozen) {
    const { countdown, note } = this.#parts;
    if (this.#readings.hasLostRest && !isFrozen) this.#give(LOST);
    if (this.#readings.restProblem) this.#give(PROBLEMS[this.#readings.restProblem]);
    countdown.hidden = !this.#left_s;
    const words = String(Math.ceil(this.#left_s));
    if (countdown.textContent !== words) countdown.textContent = words;
    note.hidden = !this.#readings.hasRest;
  }

  get #left_s() {
    return this.#readings.restLeft_s(performance.now());
  }

  /** @param {string} words */
  #give(words) {
    this.#readings.forgetRest();
    this.#tell(words);
  }
}
