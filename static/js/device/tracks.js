// @ts-check
/** Tracks faces from frame to frame, chooses where to search next, and smooths the answers. Pure; port of app/vision/tracks.py. */

import { at, between, distinct, match, scaled } from "./detection.js";

/** @typedef {import("./detection.js").Detection} Detection */
/**
 * @typedef {object} Rules the server's constants, from app/vision/constants.json; times in seconds
 * @property {number} open_score @property {number} keep_score @property {number} hits_to_open @property {number} frames_to_open
 * @property {number} hold_s @property {number} seek_s @property {number} forget_s @property {number} refuse_s
 * @property {number} most_at_once @property {number} wait_s @property {number} box_tau_s @property {number} emotion_tau_s @property {number} max_tracks
 */
/** @typedef {{step_s: number, cycle_s: number, rest_s: number, calm_cycle_s: number}} LiveRules how often the whole frame is searched */
/**
 * @typedef {object} Eye the finder on one frame
 * @property {number} count of the frame's views; view 0 is the whole frame
 * @property {(place: Detection) => Promise<Detection | null>} near the face near an expected place
 * @property {(numbers: number[]) => Promise<Detection[]>} scan candidates in some views
 * @property {(candidate: Detection) => Promise<Detection | null>} confirm a candidate that is a face
 */

const PROPORTIONS = 0.02; // how far rounding may change a frame's proportions, in shares of its height
const LEAST = 1e-4; // smaller probabilities are noise; also keeps logarithms finite

/** One tracked face: its `number`, its smoothed `place` and the answer of the model named `reader`. */
export class Track {
  isSeen = true;
  /** @type {string | null} */
  reader = null;
  #rules;
  /** @type {number | null} the time from which the face is missing */
  #missed_s = null;
  #velocity = [0, 0];
  #recent = [true];
  /** @type {number[] | null} */
  #logs = null;
  #read_s;

  /** @param {number} number @param {Detection} face @param {number} now_s @param {Rules} rules */
  constructor(number, face, now_s, rules) {
    this.number = number;
    this.place = face;
    this.isOpen = face.score >= rules.open_score;
    this.seen_s = this.looked_s = this.#read_s = now_s;
    this.#rules = rules;
  }

  /** The place of the face now if it keeps its velocity. @param {number} now_s */
  expected(now_s) {
    const ahead_s = Math.min(now_s - this.seen_s, this.#rules.hold_s);
    return at(this.place, this.place.x + this.#velocity[0] * ahead_s, this.place.y + this.#velocity[1] * ahead_s);
  }

  /** The face was found at a place. @param {Detection} face @param {number} now_s */
  see(face, now_s) {
    const { box_tau_s } = this.#rules;
    const dt_s = Math.max(now_s - this.seen_s, 1e-3);
    const moved = [face.x - this.place.x, face.y - this.place.y];
    const quick = share(dt_s, box_tau_s);
    this.#velocity = this.#velocity.map((speed, i) => speed + quick * (moved[i] / dt_s - speed));
    const speed = Math.hypot(...this.#velocity) / face.side; // sides a second
    this.place = between(this.place, face, share(dt_s, box_tau_s / (1 + 4 * speed)));
    this.seen_s = now_s;
    this.#missed_s = null;
    this.#note(true, now_s);
  }

  /** The face was looked for and not found. @param {number} now_s */
  miss(now_s) {
    this.#missed_s ??= now_s;
    this.#note(false, now_s);
  }

  /** Scales the track to frames that are `factor` times as large. @param {number} factor */
  scale(factor) {
    this.place = scaled(this.place, factor);
    this.#velocity = this.#velocity.map((speed) => speed * factor);
  }

  /** The face was not looked for in this frame, because other tracks had their turn. */
  skip() {
    this.isSeen = false;
  }

  /** The smoothed probabilities after one more frame; a change of the reader restarts the smoothing. @param {ArrayLike<number>} probabilities @param {number} now_s @param {string} reader */
  read(probabilities, now_s, reader) {
    const logs = Array.from(probabilities, (p) => Math.log(Math.max(p, LEAST)));
    const weight = share(now_s - this.#read_s, this.#rules.emotion_tau_s);
    const before = this.reader === reader ? this.#logs : null;
    this.#logs = before ? before.map((log, i) => log + weight * (logs[i] - log)) : logs;
    this.reader = reader;
    this.#read_s = now_s;
    return this.probabilities;
  }

  /** The latest smoothed probabilities; empty before the first answer. */
  get probabilities() {
    const most = Math.max(...(this.#logs ?? []));
    const weights = (this.#logs ?? []).map((log) => Math.exp(log - most));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  }

  /** Whether the page should show the face: it is confirmed, and was seen a short time ago. @param {number} now_s */
  isShown(now_s) {
    if (this.#missed_s === null) return this.isOpen;
    const held_s = Math.max(now_s - this.#missed_s, now_s - this.seen_s - this.#rules.wait_s);
    return this.isOpen && held_s <= this.#rules.hold_s;
  }

  /** Whether the face is still looked for near its place; later only a search of the whole frame can find it. @param {number} now_s */
  isSought(now_s) {
    return this.#missed_s === null || now_s - this.#missed_s <= this.#rules.seek_s;
  }

  /** Whether it is time to forget the face. @param {number} now_s */
  isOver(now_s) {
    const { forget_s, frames_to_open, hits_to_open } = this.#rules;
    if (this.isOpen) return this.#missed_s !== null && now_s - this.#missed_s > forget_s;
    return this.#recent.filter((seen) => !seen).length > frames_to_open - hits_to_open;
  }

  /** @param {boolean} isSeen @param {number} now_s */
  #note(isSeen, now_s) {
    this.isSeen = isSeen;
    this.looked_s = now_s;
    this.#recent = [...this.#recent, isSeen].slice(-this.#rules.frames_to_open);
    this.isOpen ||= this.#recent.filter(Boolean).length >= this.#rules.hits_to_open;
  }
}

/** The faces of one live picture. */
export class Tracks {
  #rules;
  #live;
  /** @type {Track[]} */
  #tracks = [];
  /** @type {{width: number, height: number} | null} of the last frame */
  #size = null;
  #nextNumber = 1;
  #now_s = -Infinity;
  #scanned_s = -Infinity;
  #view = 0; // position in the cycle of parts; each frame advances it by a fraction
  /** @type {{place: Detection, when_s: number}[]} rejected candidates */
  #refused = [];

  /** @param {{tracks: Rules, live: LiveRules}} constants */
  constructor({ tracks, live }) {
    this.#rules = tracks;
    this.#live = live;
  }

  /** The tracks to show, largest first, after one more frame of this size. @param {number} now_s @param {{width: number, height: number}} size @param {Eye} eye */
  async follow(now_s, { width, height }, eye) {
    this.#fit(width, height);
    const due = this.#due(now_s);
    const expected = new Map(this.#tracks.map((track) => [track, track.expected(now_s)]));
    let found = [];
    for (const track of due) found.push(await eye.near(/** @type {Detection} */ (expected.get(track))));
    found = distinct(found.flatMap((face) => face ?? []));
    found.push(...(await this.#lookAround(now_s, expected, due, found, eye)));
    this.#update(now_s, due, match(expected, found), found);
    this.#now_s = now_s;
    return this.#tracks.filter((track) => track.isShown(now_s)).sort((a, b) => b.place.side - a.place.side);
  }

  /**
   * Scales the tracks to frames of another size. Drops them where the proportions changed, because the phone was
   * turned or another camera chosen. @param {number} width @param {number} height
   */
  #fit(width, height) {
    const before = this.#size;
    this.#size = { width, height };
    const factor = before ? width / before.width : 0;
    if (factor === 1 && before?.height === height) return;
    if (before && Math.abs(before.height * factor - height) <= PROPORTIONS * height) {
      for (const track of this.#tracks) track.scale(factor);
      this.#refused = this.#refused.map(({ place, when_s }) => ({ place: scaled(place, factor), when_s }));
    } else {
      this.#tracks = [];
      this.#refused = [];
    }
  }

  /** The tracks to look for in this frame: the ones that have waited longest. @param {number} now_s */
  #due(now_s) {
    const { wait_s, most_at_once } = this.#rules;
    const step_s = Math.min(now_s - this.#now_s, wait_s);
    const waiting = this.#tracks.filter((track) => track.isSought(now_s)).sort((a, b) => a.looked_s - b.looked_s);
    const late = waiting.filter((track) => now_s + step_s - track.looked_s > wait_s).length;
    return waiting.slice(0, Math.max(most_at_once, late));
  }

  /** The confirmed new faces in the views that are due. @param {number} now_s @param {Map<Track, Detection>} expected @param {Track[]} due @param {Detection[]} found @param {Eye} eye */
  async #lookAround(now_s, expected, due, found, eye) {
    const numbers = this.#viewsDue(now_s, due, match(expected, found), eye.count);
    const known = [...found, ...[...expected].flatMap(([track, place]) => (track.isSought(now_s) && !due.includes(track) ? [place] : []))];
    this.#refused = this.#refused.filter(({ when_s }) => now_s - when_s < this.#rules.refuse_s);
    const candidates = distinct(await eye.scan(numbers), [...known, ...this.#refused.map(({ place }) => place)]);
    /** @type {Detection[]} */
    const news = [];
    for (const candidate of candidates.slice(0, this.#rules.max_tracks)) {
      const face = await eye.confirm(candidate);
      if (face) news.push(...distinct([face], [...known, ...news]));
      else this.#refused.push({ place: candidate, when_s: now_s });
    }
    return news;
  }

  /** The numbers of the views to search: the whole frame, and enough parts to search all of them within a cycle. While a face is missing, all parts are searched at once. @param {number} now_s @param {Track[]} due @param {Map<Track, Detection>} matches @param {number} count */
  #viewsDue(now_s, due, matches, count) {
    const { rest_s, step_s, cycle_s, calm_cycle_s } = this.#live;
    const dt_s = now_s - this.#scanned_s;
    const isLost = due.some((track) => track.isShown(now_s) && track.isSeen && !matches.has(track));
    const isCalm = !isLost && [...matches.keys()].some(({ isOpen }) => isOpen);
    if (!isLost && dt_s < (isCalm ? rest_s : step_s)) return [];
    this.#scanned_s = now_s;
    const parts = count - 1;
    const first = Math.trunc(this.#view);
    this.#view += (isLost ? 1 : Math.min(1, dt_s / (isCalm ? calm_cycle_s : cycle_s))) * parts;
    return [0, ...Array.from({ length: Math.trunc(this.#view) - first }, (_, i) => 1 + ((first + i) % parts))];
  }

  /** @param {number} now_s @param {Track[]} due @param {Map<Track, Detection>} matches @param {Detection[]} found */
  #update(now_s, due, matches, found) {
    for (const track of this.#tracks) {
      const face = matches.get(track);
      if (face) track.see(face, now_s);
      else if (due.includes(track)) track.miss(now_s);
      else track.skip();
    }
    this.#tracks = this.#tracks.filter((track) => !track.isOver(now_s));
    const known = this.#tracks.filter((track) => track.isSought(now_s)).map(({ place }) => place);
    for (const face of distinct(found, known)) {
      if (this.#tracks.length < this.#rules.max_tracks) this.#tracks.push(new Track(this.#nextNumber++, face, now_s, this.#rules));
    }
  }
}

/** The weight of a new value after `dt_s` in exponential smoothing with the time constant `tau_s`. @param {number} dt_s @param {number} tau_s */
function share(dt_s, tau_s) {
  return 1 - Math.exp(-Math.max(dt_s, 0) / tau_s);
}
