// @ts-check
/** Who is who: keeps a number for every face from one reply to the next. Pure data, no page. */

/** @typedef {import("./emotions.js").Face} Face */
/**
 * @typedef {{number: number, face: Face, seen_ms: number, box?: number[], isPoor?: boolean}} Member
 * `number` is 1, 2, …: the smallest that was free. `box` is where the face is drawn, if not where it is;
 * `isPoor` says that it is hard to read.
 */

const FORGET_AFTER_MS = 700;
const SAME_FROM_OVERLAP = 0.2;
const SAME_PLACE = 0.5;

export class Cast {
  /** @type {Member[]} */
  #members = [];

  /**
   * The faces of a reply with their numbers, in the numbers' order.
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

/** Share of two boxes' union that both cover, 0..1. @param {number[]} a @param {number[]} b */
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
  // A face whose track began anew, as after a freeze, is known by its place: there no other one is followed.
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
