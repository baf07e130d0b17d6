// @ts-check
/** The stage around the picture: its shape and its status in words. */

import { say, sayCount } from "../shared/words.js";

/** @typedef {"idle" | "asking" | "connecting" | "live" | "paused" | "waiting" | "stopped" | "trouble"} State */

const WORDS = {
  idle: [say("Let’s face it."), say("See what your face says, moment by moment.")],
  asking: [say("One moment."), say("Your browser asks whether this page may use the camera.")],
  connecting: [say("Connecting"), say("The first reading is on its way.")],
  live: [say("Live"), ""],
  paused: [say("Paused"), say("This tab is in the background. Nothing is sent until you return.")],
  waiting: [say("Waiting"), ""],
  stopped: [say("Stopped."), say("The camera is off.")],
  trouble: [say("Something is in the way."), ""],
};
const RUNNING = ["connecting", "live", "paused", "waiting"];
const LIVE = say("Live");
const FACES_WORDS_MS = 2000; // the least time between two announcements to screen readers
const COUNT_WORDS_MS = 500; // while seconds are counted, which screen readers skip
const BLACK = 8; // mean grey levels of 0..255
const DARK = 30;
const NO_FACE_MS = 2500;
const NOTE_MS = 5000; // how long a note stays

export class Stage {
  #root;
  #parts;
  #said_ms = 0;
  #face_ms = 0;
  #hadFace = false; // since the picture started
  #brightness = 255; // of the picture's middle, measured where no face was found
  #judged_ms = 0;
  #isCounting = false; // a countdown is shown instead of the number of faces

  /** @param {HTMLElement} root @param {{title: HTMLElement, detail: HTMLElement, start: HTMLButtonElement, demo: HTMLButtonElement, tool: HTMLElement}} parts */
  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
  }

  /** @param {State} state @param {string} [title] @param {string} [detail] */
  show(state, title = WORDS[state][0], detail = WORDS[state][1]) {
    const runs = RUNNING.includes(state);
    const { start, demo, tool } = this.#parts;
    const focused = document.activeElement;
    this.#root.dataset.state = state;
    this.#root.closest("main")?.toggleAttribute("data-runs", runs);
    this.#hadFace &&= state === "live";
    start.hidden = demo.hidden = runs || state === "asking";
    start.textContent = state === "idle" ? say("Start camera") : say("Start again");
    this.#tell(title, detail);
    // The pressed button disappears, so the focus has to move on for people who use the keyboard.
    if (runs && (focused === start || focused === demo || focused === document.body)) tool.focus({ preventScroll: true });
    if (!runs && focused && !focused.checkVisibility?.()) start.focus({ preventScroll: true });
  }

  /** An answer came. @param {number} faces their number @param {string} [words] shown in place of the number */
  live(faces, words = "") {
    const now_ms = performance.now();
    if (faces) this.#face_ms = now_ms;
    this.#hadFace ||= faces > 0;
    const begins = this.#root.dataset.state !== "live";
    if (begins) {
      this.#face_ms = now_ms;
      this.show("live");
    }
    const ends = this.#isCounting && !words; // the countdown is over, so its last text must go
    this.#isCounting = words !== "";
    if (!begins && !ends && now_ms - this.#said_ms < (words ? COUNT_WORDS_MS : FACES_WORDS_MS)) return;
    if (faces || words || now_ms - this.#face_ms > NO_FACE_MS) this.#tell(say("Live"), words || this.#facesInWords(faces), words !== "");
  }

  /** Shows a note for a few seconds. @param {string} words */
  note(words) {
    this.#tell(this.#parts.title.textContent ?? "", words);
    this.#said_ms += NOTE_MS - FACES_WORDS_MS;
    this.#isCounting = false;
  }

  /** @param {boolean} isStale whether the drawn answer is too old */
  stale(isStale) {
    document.body.toggleAttribute("data-stale", isStale);
  }

  /** Gives the stage the picture's shape. @param {number} width @param {number} height */
  shape(width, height) {
    if (width) this.#root.closest("main")?.style.setProperty("--shape", String(width / height));
  }

  /** Measures, where no face is found, whether the picture is too dark. @param {import("../reading/reading.js").Frame} frame @param {{width: number, height: number}} size */
  async judgeLight(frame, { width, height }) {
    const now_ms = performance.now();
    if (now_ms - this.#judged_ms < FACES_WORDS_MS) return;
    this.#judged_ms = now_ms;
    const side = Math.min(width, height);
    const [look] = await frame.look([{ box: [(width - side) / 2, (height - side) / 2, side, side] }]).catch(() => []);
    this.#brightness = look?.brightness ?? 255;
  }

  /** @param {boolean} isMirrored */
  mirror(isMirrored) {
    this.#root.toggleAttribute("data-mirrored", isMirrored);
  }

  /** @param {number} faces */
  #facesInWords(faces) {
    if (!faces && this.#brightness < BLACK) return say("The picture is black. Is the lens covered or its shutter closed?");
    if (!faces && this.#brightness < DARK) return say("It is too dark to see a face. Put a light in front of you.");
    if (faces) return sayCount(faces, "One face", "{count} faces");
    return this.#hadFace ? say("The face is lost. Look straight at the camera, in good light.") : say("No face yet. Face the camera, a little closer, in good light.");
  }

  /** @param {string} title @param {string} detail @param {boolean} [isQuiet] whether screen readers skip the detail */
  #tell(title, detail, isQuiet = false) {
    this.#said_ms = performance.now();
    if (isQuiet) this.#parts.detail.setAttribute("aria-live", "off");
    else this.#parts.detail.removeAttribute("aria-live");
    if (this.#parts.title.textContent !== title) this.#parts.title.textContent = title;
    if (this.#parts.detail.textContent !== detail) this.#parts.detail.textContent = detail;
  }
}
