// @ts-check
/** A session on the page: its timeline, what it sums up to, and its files. */

import { describe, percent, sureness } from "../faces/emotions.js";
import { lengthOf, momentsOf, sharesOf, toCsv, toJson } from "./session.js";
import { drawTimeline } from "../drawing/timeline.js";
import { saveAs } from "../shared/save.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{section: HTMLElement, about: HTMLElement, timeline: HTMLCanvasElement, shares: HTMLElement, moments: HTMLElement, csv: HTMLElement, json: HTMLElement}} Parts */

export class SessionView {
  #parts;
  #colourOfNumber;
  /** @type {Session | null} */
  #session = null;

  /** @param {Parts} parts @param {(number: number) => string} colourOfNumber */
  constructor(parts, colourOfNumber) {
    this.#parts = parts;
    this.#colourOfNumber = colourOfNumber;
    parts.csv.addEventListener("click", () => this.#save(toCsv, "csv", "text/csv"));
    parts.json.addEventListener("click", () => this.#save(toJson, "json", "application/json"));
    new ResizeObserver(() => this.#draw()).observe(parts.section);
  }

  /** @param {Session} session */
  show(session) {
    this.#session = session;
    this.#parts.section.hidden = false;
    const faces = session.lanes.size === 1 ? "one face" : `${session.lanes.size} faces`;
    const when = session.started ? ` on ${new Date(session.started).toLocaleString()}` : "";
    this.#parts.about.textContent = `${clock(lengthOf(session))} with ${faces}${when}. Only numbers are kept, in this page.`;
    this.#parts.shares.replaceChildren(...sharesOf(session.lanes).map(([name, share]) => shareRow(name, share)));
    const moments = momentsOf(session.lanes);
    this.#parts.moments.replaceChildren(...moments.map((moment) => momentRow(moment, session.lanes.size > 1)));
    this.#draw();
    this.#parts.section.scrollIntoView({ block: "nearest" });
  }

  #draw() {
    if (!this.#session || this.#parts.section.hidden) return;
    this.#parts.section.style.setProperty("--lanes", String(this.#session.lanes.size));
    drawTimeline(this.#parts.timeline, this.#session, 0, Math.max(1, lengthOf(this.#session)), this.#colourOfNumber);
  }

  /** @param {(session: Session) => string} write @param {string} ending @param {string} type */
  #save(write, ending, type) {
    if (!this.#session) return;
    const when = (this.#session.started || new Date().toISOString()).slice(0, 19).replaceAll(":", "-");
    saveAs(new Blob([write(this.#session)], { type }), `lets-face-it-${when}.${ending}`);
  }
}

/** Minutes and seconds, such as "1:05". @param {number} seconds */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** @param {string} name @param {number} share */
function shareRow(name, share) {
  const row = Object.assign(document.createElement("li"), { className: "bar" });
  row.dataset.bar = name;
  const track = Object.assign(document.createElement("span"), { className: "bar-track" });
  const fill = track.appendChild(Object.assign(document.createElement("span"), { className: "bar-fill" }));
  fill.style.setProperty("--share", String(share));
  row.append(span("bar-name", name), track, span("bar-value", percent(share)));
  return row;
}

/** @param {{face: number, at_s: number, emotion: string, share: number}} moment @param {boolean} isNumbered */
function momentRow({ face, at_s, emotion, share }, isNumbered) {
  const row = document.createElement("li");
  row.dataset.emotion = emotion;
  row.append(span("moment-at", clock(at_s)), ` ${isNumbered ? `face ${face} ` : ""}${describe(emotion)}, ${sureness(share)} sure`);
  return row;
}

/** @param {string} className @param {string} textContent */
function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}
