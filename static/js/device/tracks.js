// @ts-check
/** Faces over time: which face of the last frame is which, where to look for it next, and calm answers. Pure; app/vision/tracks.py's twin. */

import { at, between, distinct, match } from "./detection.js";

/** @typedef {import("./detection.js").Detection} Detection */
/**
 * @typedef {object} Rules the server's own, from the table of constants; times in seconds
 * @property {number} hits_to_open @property {number} frames_to_open @property {number} hold_s @property {number} forget_s
 * @property {number} glance_s @property {number} seek_s @property {number} rest_s
 * @property {number} box_tau_s @property {number} emotion_tau_s @property {number} max_tracks
 */

const LEAST = 1e-4; // below this a probability is noise; also keeps its logarithm finite

/** One face that is followed: its `number`, its smoothed `place`, and what `reader` (a model's name) read in it. */
export class Track {
  isOpen = false;
  isSeen = true;
  /** @type {string | null} */
  reader = null;
  #rules;
  #velocity = [0, 0];
  #recent = [true];
  /** @type {number[] | null} */
  #logs = null;
  #read_s;

  /** @param {number} number @param {Detection} place @param {number} now_s @param {Rules} rules */
  constructor(number, place, now_s, rules) {
    this.number = number;
    this.place = place;
    this.seen_s = now_s;
    this.#read_s = now_s;
    this.#rules = rules;
  }

  /** Where the face should be now if it moves on as it did. @param {number} now_s */
  expected(now_s) {
    const ahead_s = Math.min(now_s - this.seen_s, this.#rules.hold_s);
    return at(this.place, this.place.x + this.#velocity[0] * ahead_s, this.place.y + this.#velocity[1] * ahead_s);
  }

  /** The face was found at a place. @param {Detection} seen @param {number} now_s */
  see(seen, now_s) {
    const dt_s = Math.max(now_s - this.seen_s, 1e-3);
    const moved = [seen.x - this.place.x, seen.y - this.place.y];
    const quick = share(dt_s, this.#rules.box_tau_s);
    this.#velocity = this.#velocity.map((speed, i) => speed + quick * (moved[i] / dt_s - speed));
    const speed = Math.hypot(...this.#velocity) / seen.side; // sides a second
    this.place = between(this.place, seen, share(dt_s, this.#rules.box_tau_s / (1 + 4 * speed)));
    this.seen_s = now_s;
    this.#note(true);
  }

  /** The face was not found. */
  miss() {
    this.#note(false);
  }

  /** The smoothed probabilities, now that a frame's have been read; those of another reader start afresh. @param {ArrayLike<number>} probabilities @param {number} now_s @param {string} reader */
  read(probabilities, now_s, reader) {
    const logs = Array.from(probabilities, (p) => Math.log(Math.max(p, LEAST)));
    const weight = share(now_s - this.#read_s, this.#rules.emotion_tau_s);
    const before = this.reader === reader ? this.#logs : null;
    this.#logs = before ? before.map((log, i) => log + weight * (logs[i] - log)) : logs;
    this.reader = reader;
    this.#read_s = now_s;
  }

  /** The last smoothed probabilities; empty before the first are read. */
  get probabilities() {
    const most = Math.max(...(this.#logs ?? []));
    const weights = (this.#logs ?? []).map((log) => Math.exp(log - most));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  }

  /** Whether the face is there for the viewer: confirmed, and in sight but for a short miss. @param {number} now_s */
  isShown(now_s) {
    return this.isOpen && now_s - this.seen_s <= this.#rules.hold_s;
  }

  /** Whether it is time to forget the face. @param {number} now_s */
  isOver(now_s) {
    if (this.isOpen) return now_s - this.seen_s > this.#rules.forget_s;
    return this.#recent.filter((seen) => !seen).length > this.#rules.frames_to_open - this.#rules.hits_to_open;
  }

  /** @param {boolean} isSeen */
  #note(isSeen) {
    this.isSeen = isSeen;
    this.#recent = [...this.#recent, isSeen].slice(-this.#rules.frames_to_open);
    this.isOpen ||= this.#recent.filter(Boolean).length >= this.#rules.hits_to_open;
  }
}

/** The faces of one live picture. */
export class Tracks {
  #rules;
  /** @type {Track[]} */
  #tracks = [];
  #size = "";
  #nextNumber = 1;
  #scanned_s = -Infinity;
  #met_s = -Infinity;

  /** @param {Rules} rules */
  constructor(rules) {
    this.#rules = rules;
  }

  /**
   * The tracks to show, largest first, after one more frame of a size.
   * @param {number} now_s @param {{width: number, height: number}} size
   * @param {(place: Detection, isFine: boolean) => Promise<Detection[]>} search near an expected face
   * @param {(isGlance: boolean) => Promise<Detection[]>} scan candidates in the whole frame
   */
  async follow(now_s, { width, height }, search, scan) {
    if (this.#size !== `${width}×${height}`) this.#tracks = []; // a telephone was turned, or another camera chosen
    this.#size = `${width}×${height}`;
    const expected = new Map(this.#tracks.map((track) => [track, track.expected(now_s)]));
    const found = [];
    for (const [track, place] of expected) found.push(...(await search(place, !track.isOpen)));
    found.push(...(await this.#lookAround(now_s, expected, found, search, scan)));
    this.#update(now_s, match(expected, found), found);
    return this.#tracks.filter((track) => track.isShown(now_s)).sort((a, b) => b.place.side - a.place.side);
  }

  /** @param {number} now_s @param {Map<Track, Detection>} expected @param {Detection[]} found @param {(place: Detection, isFine: boolean) => Promise<Detection[]>} search @param {(isGlance: boolean) => Promise<Detection[]>} scan */
  async #lookAround(now_s, expected, found, search, scan) {
    const matches = match(expected, found);
    const isMissed = this.#tracks.some((track) => track.isShown(now_s) && !matches.has(track));
    const isGlance = !isMissed && [...matches.keys()].some((track) => track.isOpen);
    if (now_s - this.#scanned_s < this.#pause_s(now_s, isGlance)) return [];
    this.#scanned_s = now_s;
    const seen = [];
    const candidates = distinct(await scan(isGlance), [...matches.values()]);
    for (const place of candidates.slice(0, this.#rules.max_tracks)) seen.push(...(await search(place, true)));
    return seen;
  }

  /** @param {number} now_s @param {boolean} isGlance */
  #pause_s(now_s, isGlance) {
    if (isGlance) return this.#rules.glance_s;
    return now_s - this.#met_s <= this.#rules.forget_s ? this.#rules.seek_s : this.#rules.rest_s;
  }

  /** @param {number} now_s @param {Map<Track, Detection>} matches @param {Detection[]} found */
  #update(now_s, matches, found) {
    for (const track of this.#tracks) {
      const seen = matches.get(track);
      seen ? track.see(seen, now_s) : track.miss();
    }
    this.#tracks = this.#tracks.filter((track) => !track.isOver(now_s));
    for (const seen of distinct(found, this.#tracks.map(({ place }) => place))) {
      if (this.#tracks.length < this.#rules.max_tracks) this.#tracks.push(new Track(this.#nextNumber++, seen, now_s, this.#rules));
    }
    if (this.#tracks.some(({ isOpen, isSeen }) => isOpen && isSeen)) this.#met_s = now_s;
  }
}

/** How much of a new value counts after a time, for a time constant. @param {number} dt_s @param {number} tau_s */
function share(dt_s, tau_s) {
  return 1 - Math.exp(-Math.max(dt_s, 0) / tau_s);
}
