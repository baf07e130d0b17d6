// @ts-check
/** Shows a session: its timeline, its summary and its files. */

import { describe, nameOf, sureness } from "../faces/emotions.js";
import { lengthOf, momentsOf, sharesOf, toCsv, toJson } from "./session.js";
import { drawTimeline } from "../drawing/timeline.js";
import { saveAs } from "../shared/save.js";
import { language, percent, say, sayCount } from "../shared/words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{section: HTMLElement, about: HTMLElement, timeline: HTMLCanvasElement, shares: HTMLElement, moments: HTMLElement, picture: HTMLElement, csv: HTMLElement, json: HTMLElement}} Parts */

export class SessionView {
  #parts;
  #colourOfNumber;
  /** @type {Session | null} */
  #session = null;
  #onSaved;

  /** @param {Parts} parts @param {(number: number) => string} colourOfNumber @param {() => void} onSaved called when the session was saved to a file */
  constructor(parts, colourOfNumber, onSaved) {
    this.#parts = parts;
    this.#onSaved = onSaved;
    this.#colourOfNumber = colourOfNumber;
    parts.picture.addEventListener("click", () => void this.#savePicture());
    parts.csv.addEventListener("click", () => this.#save(toCsv, "csv", "text/csv"));
    parts.json.addEventListener("click", () => this.#save(toJson, "json", "application/json"));
    new ResizeObserver(() => this.#draw()).observe(parts.section);
  }

  /** @param {Session} session @param {boolean} [goesThere] whether the page scrolls to it */
  show(session, goesThere = true) {
    this.#session = session;
    this.#parts.section.hidden = false;
    this.#parts.about.textContent = `${about(session)} ${say("Only numbers are kept, in this tab.")}`;
    this.#parts.shares.replaceChildren(...sharesOf(session.lanes).map(([name, share]) => shareRow(name, share)));
    const moments = momentsOf(session.lanes);
    this.#parts.moments.replaceChildren(...moments.map((moment) => momentRow(moment, session.lanes.size > 1)));
    this.#draw();
    if (goesThere) this.#parts.section.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    if (!this.#session || this.#parts.section.hidden) return;
    this.#parts.section.style.setProperty("--lanes", String(this.#session.lanes.size));
    drawTimeline(this.#parts.timeline, this.#session, 0, Math.max(1, lengthOf(this.#session)), this.#colourOfNumber);
  }

  async #savePicture() {
    if (!this.#session) return;
    const { drawSummary } = await import("./summary.js"); // loaded when needed, because few visitors need it
    const canvas = drawSummary(this.#session, about(this.#session), this.#colourOfNumber);
    const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve));
    if (blob) saveAs(blob, `lets-face-it-${when(this.#session)}.png`);
  }

  /** @param {(session: Session) => string} write @param {string} ending @param {string} type */
  #save(write, ending, type) {
    if (!this.#session) return;
    saveAs(new Blob([write(this.#session)], { type }), `lets-face-it-${when(this.#session)}.${ending}`);
    this.#onSaved();
  }
}

/** A session's start, in the form for file names. @param {Session} session */
function when({ started }) {
  return (started || new Date().toISOString()).slice(0, 19).replaceAll(":", "-");
}

/** Minutes and seconds, such as "1:05". @param {number} seconds */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** A session's length, number of faces and date, as a sentence. @param {Session} session */
function about(session) {
  const length = clock(lengthOf(session));
  const faces = sayCount(session.lanes.size, "{length} with one face.", "{length} with {count} faces.", { length });
  const began = session.started ? ` ${say("Made on {when}.", { when: new Date(session.started).toLocaleString(language) })}` : "";
  return `${faces}${began}`;
}

/** @param {string} name @param {number} share */
function shareRow(name, share) {
  const row = Object.assign(document.createElement("li"), { className: "bar" });
  row.dataset.bar = name;
  const track = Object.assign(document.createElement("span"), { className: "bar-track" });
  const fill = track.appendChild(Object.assign(document.createElement("span"), { className: "bar-fill" }));
  fill.style.setProperty("--share", String(share));
  row.append(span("bar-name", name === "not sure" ? say("not sure") : nameOf(name)), track, span("bar-value", percent(share)));
  return row;
}

/** @param {{face: number, at_s: number, emotion: string, share: number}} moment @param {boolean} isNumbered */
function momentRow({ face, at_s, emotion, share }, isNumbered) {
  const row = document.createElement("li");
  row.dataset.emotion = emotion;
  row.append(span("moment-at", clock(at_s)), ` ${isNumbered ? say("Face {number}:", { number: face }) + " " : ""}${say("{looks}, {share} sure", { looks: describe(emotion), share: sureness(share) })}`);
  return row;
}

/** @param {string} className @param {string} textContent */
function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}
