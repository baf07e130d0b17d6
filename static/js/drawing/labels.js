// @ts-check
/** Places labels at their faces so that they cover no other face and no other label. Pure. */

/** @typedef {[number, number, number, number]} Rectangle x, y, width, height */
/**
 * @typedef {{frame: number[], sizes: [number, number][], last?: string}} Wish
 * `sizes` are width and height of a label's forms, the longest first; `last` is the label's previous spot.
 * @typedef {{rectangle: Rectangle, size: number, spot: string} | null} Placed null where there is no room for any form
 */

// A frame spans eyes to mouth. The margins for forehead, ears and chin are in shares of its side.
const HEAD = { side: 0.12, top: 0.22, bottom: 0.16 };

/**
 * The label of each face: its longest form that fits next to its frame, preferably above, otherwise below or beside.
 * Large faces choose first. A label keeps its spot while it fits there.
 * @param {Wish[]} wishes @param {Rectangle} area the bounds of all labels @param {number} gap
 * @returns {Placed[]}
 */
export function placeLabels(wishes, area, gap) {
  /** @type {Placed[]} */
  const placed = wishes.map(() => null);
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[b].frame[2] - wishes[a].frame[2]);
  for (const i of order) {
    const heads = wishes.filter((_, other) => other !== i).map(({ frame }) => headOf(frame));
    const labels = placed.flatMap((label) => (label ? [label.rectangle] : []));
    placed[i] = firstFree(wishes[i], area, gap, [...heads, ...labels]);
  }
  return placed;
}

/** The overlap of two rectangles in square pixels. @param {number[]} a @param {number[]} b */
export function common(a, b) {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

/** The rectangle of the head around a frame. @param {number[]} frame */
function headOf([x, y, width, height]) {
  return [x - HEAD.side * width, y - HEAD.top * height, width * (1 + 2 * HEAD.side), height * (1 + HEAD.top + HEAD.bottom)];
}

/** @param {Wish} wish @param {Rectangle} area @param {number} gap @param {number[][]} taken @returns {Placed} */
function firstFree({ frame, sizes, last }, area, gap, taken) {
  for (const [size, [wide, high]] of sizes.entries()) {
    const spots = spotsOf(frame, wide, high, area, gap);
    const known = spots.filter(([spot]) => spot === last);
    for (const [spot, rectangle] of [...known, ...spots]) {
      if (isFree(rectangle, area, taken, gap)) return { rectangle, size, spot };
    }
  }
  return null;
}

/** The possible spots at a frame, the best first. @param {number[]} frame @param {number} wide @param {number} high @param {Rectangle} area @param {number} gap @returns {[string, Rectangle][]} */
function spotsOf([x, y, width, height], wide, high, [left, , across], gap) {
  const columns = [x + width / 2 - wide / 2, x + width - wide, x].map((at) => Math.max(left, Math.min(left + across - wide, at)));
  const [above, below, middle] = [y - high - gap, y + height + gap, y + height / 2 - high / 2];
  const rows = [["above", above], ["below", below]].flatMap(([name, row]) => columns.map((column, i) => /** @type {[string, Rectangle]} */ ([`${name} ${i}`, [column, Number(row), wide, high]])));
  return [...rows, ["right", [x + width + gap, middle, wide, high]], ["left", [x - wide - gap, middle, wide, high]]];
}

/** @param {Rectangle} rectangle @param {Rectangle} area @param {number[][]} taken @param {number} gap */
function isFree([x, y, wide, high], [left, top, across, down], taken, gap) {
  if (x < left || y < top || x + wide > left + across || y + high > top + down) return false;
  const roomy = [x - gap / 4, y - gap / 4, wide + gap / 2, high + gap / 2];
  return taken.every((other) => common(roomy, other) === 0);
}
