// @ts-check
/** A detection: a face's position, size, lean and turn; and which detections of two frames are the same face. Pure; port of app/vision/detection.py. */
import { roundEven } from "./pixels.js";


export const LANDMARKS = /** @type {const} */ (["right_eye", "left_eye", "nose", "mouth", "right_ear", "left_ear"]);
const SAME = 0.5; // detections are one face if their centres are closer than this share of the larger side
const REACH = 1.0; // how far from its expected place a face may be found, in sides

/**
 * @typedef {{x: number, y: number, side: number, score: number, tilt_deg: number, landmarks: number[][] | null}} Detection
 * Centre and side of its square in float pixels, turned by `tilt_deg`, clockwise positive; six landmarks in the order above.
 */

/** How far the head turns, -1 (to its right) to 1, by the nose between the eyes; null without landmarks. @param {Detection} face */
export function turnOf({ landmarks }) {
  if (!landmarks) return null;
  const [[rightX, rightY], [leftX, leftY], [noseX, noseY]] = landmarks;
  const [acrossX, acrossY] = [leftX - rightX, leftY - rightY];
  const length = acrossX ** 2 + acrossY ** 2;
  if (!length) return 0;
  const along = ((noseX - rightX) * acrossX + (noseY - rightY) * acrossY) / length;
  return Math.min(Math.max(2 * along - 1, -1), 1);
}

/** The difference of two places: their distance in sides plus the logarithm of the ratio of their sizes. @param {Detection} one @param {Detection} other */
export function distance(one, other) {
  return gap(one, other) / ((one.side + other.side) / 2) + Math.abs(Math.log(one.side / other.side));
}

/** Pixels between two centres. @param {Detection} one @param {Detection} other */
export function gap(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Whether a face's centre lies in the picture. @param {Detection} face @param {{width: number, height: number}} size */
export function isInside({ x, y }, { width, height }) {
  return x >= 0 && x < width && y >= 0 && y < height;
}

/** Whether two detections in one picture are the same face. @param {Detection} one @param {Detection} other */
export function isSame(one, other) {
  return gap(one, other) < SAME * Math.max(one.side, other.side);
}

/** A face's square in whole pixels inside the picture: x, y, width, height. @param {Detection} face @param {number} width @param {number} height */
export function boxOf({ x, y, side }, width, height) {
  const [left, right] = inside(x, side, width);
  const [top, bottom] = inside(y, side, height);
  return [left, top, right - left, bottom - top];
}

/** The same face in the picture enlarged by a factor. @param {Detection} face @param {number} factor @returns {Detection} */
export function scaled(face, factor) {
  const landmarks = face.landmarks && face.landmarks.map(([x, y]) => /** @type {[number, number]} */ ([x * factor, y * factor]));
  return { ...face, x: face.x * factor, y: face.y * factor, side: face.side * factor, landmarks };
}

/** The same face with its centre elsewhere. @param {Detection} face @param {number} x @param {number} y @returns {Detection} */
export function at(face, x, y) {
  const [dx, dy] = [x - face.x, y - face.y];
  return { ...face, x, y, landmarks: face.landmarks && face.landmarks.map(([px, py]) => [px + dx, py + dy]) };
}

/** The same place with the lean increased by `more_deg`. @param {Detection} face @param {number} more_deg @returns {Detection} */
export function leaning(face, more_deg) {
  return { ...face, tilt_deg: modulo(face.tilt_deg + more_deg + 180, 360) - 180 };
}

/** The interpolation of two detections of a face; a share of 0 is the first, 1 the second. @param {Detection} one @param {Detection} other @param {number} share @returns {Detection} */
export function between(one, other, share) {
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + share * (b - a);
  const lean = modulo(other.tilt_deg - one.tilt_deg + 180, 360) - 180;
  const { landmarks: before } = one;
  return {
    x: mix(one.x, other.x),
    y: mix(one.y, other.y),
    side: one.side * (other.side / one.side) ** share,
    score: mix(one.score, other.score),
    tilt_deg: modulo(one.tilt_deg + share * lean + 180, 360) - 180,
    landmarks: other.landmarks && before ? other.landmarks.map(([x, y], i) => [mix(before[i][0], x), mix(before[i][1], y)]) : other.landmarks,
  };
}

/** Assigns detections to tracks, the closest pairs first; each detection goes to at most one track. @template Track @param {Map<Track, Detection>} expected @param {Detection[]} found @returns {Map<Track, Detection>} */
export function match(expected, found) {
  const pairs = [...expected].flatMap(([track, place]) => found.map((seen) => ({ track, seen, apart: distance(place, seen) })));
  /** @type {Map<Track, Detection>} */
  const matches = new Map();
  for (const { track, seen, apart } of pairs.sort((a, b) => a.apart - b.apart)) {
    const isTaken = [...matches.values()].some((other) => isSame(seen, other));
    if (apart <= REACH && !matches.has(track) && !isTaken) matches.set(track, seen);
  }
  return matches;
}

/** The detections in their order, without known faces and duplicates. @param {Detection[]} found @param {Detection[]} [known] */
export function distinct(found, known = []) {
  /** @type {Detection[]} */
  const news = [];
  for (const seen of found) if (![...known, ...news].some((other) => isSame(seen, other))) news.push(seen);
  return news;
}

/** @param {number} centre @param {number} side @param {number} limit */
function inside(centre, side, limit) {
  const low = Math.min(Math.max(roundEven(centre - side / 2), 0), limit - 1);
  return [low, Math.min(Math.max(roundEven(centre + side / 2), low + 1), limit)];
}

/** @param {number} value @param {number} period */
function modulo(value, period) {
  return ((value % period) + period) % period;
}
