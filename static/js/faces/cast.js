// @ts-check
/** Numbers the faces and keeps each face's number from one reply to the next. Pure. */

/** @typedef {import("./emotions.js").Face} Face */
/**
 * @typedef {{number: number, face: Face, seen_ms: number, box?: number[], isPoor?: boolean}} Member
 * `number` is the smallest free one from 1. `box` is set where the face is drawn at another place than `face.box`;
 * `isPoor` says that the face is hard to read.
 */

const FORGET_AFTER_MS = 700;
const SAME_FROM_OVERLAP = 0.2;
const SAME_PLACE = 0.5;

export class Cast {
  /** @type {Member[]} */
  #members = [];

  /**
   * The faces of a reply with their numbers, ordered by number.
   * @param {Face[]} faces @param {number} now_ms
   */
  update(faces, now_ms) {
    const known = this.#members.filter((member) => now_ms - member.seen_ms <= FORGET_AFTER_MS);
    /** @type {Member[]} */
    const present = [];
    const followed = new Set(faces.map((face) => face.track));
    for (const face of faces) {
      const index = indexOfSame(face, known, followed);
      const number = index < 0 ? smallestFree([...known, ...present]) : known.splice(index, 1)[0].number;
      present.push({ number, face, seen_ms: now_ms });
    }
    this.#members = [...present, ...known];
    return present.sort((a, b) => a.number - b.number);
  }

  clear() {
    this.#members = [];
  }
}

/** Intersection over union of two boxes, 0..1. @param {number[]} a @param {number[]} b */
export function overlap(a, b) {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a[2] * a[3] + b[2] * b[3] - width * height);
}

/** @param {Face} face @param {Member[]} known @param {Set<number | undefined>} followed tracks that this reply holds */
function indexOfSame(face, known, followed) {
  const byTrack = known.findIndex((member) => face.track !== undefined && member.face.track === face.track);
  if (byTrack >= 0) return byTrack;
  // A face with a new track, as after a freeze, takes the number of a member at its place whose track has ended.
  const isFree = (/** @type {Member} */ member) => face.track === undefined || !followed.has(member.face.track);
  const overlaps = known.map((member) => (isFree(member) ? overlap(member.face.box, face.box) : 0));
  const most = Math.max(face.track === undefined ? SAME_FROM_OVERLAP : SAME_PLACE, ...overlaps);
  return overlaps.indexOf(most);
}

/** @param {Member[]} taken */
function smallestFree(taken) {
  let number = 1;
  while (taken.some((member) => member.number === number)) number++;
  return number;
}
