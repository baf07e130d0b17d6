// @ts-check
/** Reading on this device: frames go only to a worker of this page. */

import { ReadingProblem } from "../reading/problem.js";
import { say } from "../shared/words.js";
import { link } from "./link.js";

/** @typedef {import("../reading/reading.js").Frame} Frame */
/** @typedef {import("../reading/reading.js").LinkListener} LinkListener */

const SIDE_PX = 640;
const FASTEST_MS = 33; // cameras give no more than 30 frames a second
const AIR = 1.25; // a slow device reads for four fifths of the time, so that it stays cool and the page stays smooth
const SLOW_MS = 60;
const STALE_MS = 1000;
const CUT_S = 10; // a larger jump of a film's time, or a jump back, means that the film was sought
const MEMORY = 0.2; // the weight of the latest frame in the running mean

let talks = 0;

export class DeviceReading {
  room = 1;
  isSlow = false;
  #listener;
  #link;
  #talk = `talk ${++talks}`;
  #seq = 0;
  #work_ms = 0;
  #film_s = 0;

  /** @param {LinkListener} listener @param {typeof link} [with_] the connection to the worker */
  constructor(listener, with_ = link) {
    this.#listener = listener;
    this.#link = with_;
  }

  get way() {
    return say("on this device");
  }

  /** The least time between two frames; a slow device gets fewer frames. */
  get gap_ms() {
    return this.#work_ms < SLOW_MS ? FASTEST_MS : AIR * this.#work_ms;
  }

  get stale_ms() {
    return Math.max(STALE_MS, 3 * this.#work_ms);
  }

  open() {
    if (!this.#link.isReady) this.#listener.onLink("connecting");
    this.#link.load().then(
      () => this.#listener.onLink("connected"),
      (error) => this.#listener.onLink("lost", say("This device can't read yet."), error.message),
    );
  }

  close() {
    if (this.#link.isReady) void this.#link.ask("forget", { talk: this.#talk });
  }

  /** @returns {Promise<void>} stays pending where loading failed, which the person was told */
  ready() {
    return this.#link.load().catch(() => new Promise(() => {}));
  }

  /** @param {Frame} frame @param {() => boolean} [isWanted] @returns {Promise<import("../faces/emotions.js").Analysis | null>} */
  async analyse(frame, isWanted = () => true) {
    const pixels = await frame.pixels(SIDE_PX);
    if (!pixels || !isWanted()) return null;
    const started_ms = performance.now();
    const now_s = frame.time_ms === undefined ? frame.captured_ms / 1000 : this.#filmTime_s(frame.time_ms);
    const asked = { pixels, model: frame.model, seq: ++this.#seq, talk: this.#talk, now_s };
    const reply = await this.#link.ask("frame", asked).catch((error) => {
      throw new ReadingProblem(say("This device could not read the picture."), error.message);
    });
    this.#work_ms += MEMORY * (performance.now() - started_ms - this.#work_ms);
    return reply;
  }

  /** Seconds of a film's time; resets the tracks where the film was sought. @param {number} time_ms */
  #filmTime_s(time_ms) {
    const now_s = time_ms / 1000;
    if (now_s < this.#film_s || now_s - this.#film_s > CUT_S) {
      this.close();
      this.#talk = `talk ${++talks}`;
    }
    return (this.#film_s = now_s);
  }

  /** @param {Frame} frame @param {string} model @param {import("../faces/emotions.js").Face} face @returns {Promise<import("../faces/heat.js").Explanation>} */
  async explain(frame, model, { box, tilt_deg = 0 }) {
    const pixels = await frame.pixels(SIDE_PX);
    if (!pixels) throw new Error(say("The picture is gone."));
    return this.#link.ask("explain", { pixels, model, box, tilt_deg });
  }
}
