// @ts-check
/** Where the words go that stand beside faces: near their face, inside the picture, on no other words. Pure. */

/** @typedef {[number, number, number, number]} Rectangle x, y, width, height */

const ROWS = 3; // how far from its face a label may stand, in labels

/**
 * The label of each frame, each in turn at its best free place: above its frame if it can be, else below, beside, further off.
 * @param {{frame: number[], wide: number, high: number}[]} wishes @param {Rectangle} area none leaves it @param {number} gap
 * @returns {Rectangle[]}
 */
export function placeLabels(wishes, area, gap) {
  /** @type {Rectangle[]} */
  const placed = [];
  for (const wish of wishes) {
    const others = wishes.filter((other) => other !== wish).map(({ frame }) => frame);
    const costs = placesOf(wish, area, gap).map((place, order) => ({ place, cost: cost(place, placed, others, gap) + order }));
    placed.push(costs.reduce((best, each) => (each.cost < best.cost ? each : best)).place);
  }
  return placed;
}

/** How much of two rectangles is common, in square pixels. @param {number[]} a @param {number[]} b */
export function common(a, b) {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

/** All places of a label, the nearest to its wish first. @param {{frame: number[], wide: number, high: number}} wish @param {Rectangle} area @param {number} gap @returns {Rectangle[]} */
function placesOf({ frame: [x, y, width, height], wide, high }, [left, top, across, down], gap) {
  const inside = (/** @type {number} */ at, /** @type {number} */ least, /** @type {number} */ most) => Math.max(least, Math.min(most, at));
  const columns = [x + width / 2 - wide / 2, x + width - wide, x].map((at) => inside(at, left, left + across - wide));
  /** @type {number[]} */
  const rows = [];
  for (let step = 0; step < ROWS; step++) rows.push(y - (step + 1) * (high + gap), y + height + gap + step * (high + gap));
  const fitting = rows.filter((at) => at >= top && at + high <= top + down);
  return (fitting.length ? fitting : [inside(rows[1], top, top + down - high)]).flatMap((row) => columns.map((column) => /** @type {Rectangle} */ ([column, row, wide, high])));
}

/** @param {Rectangle} place @param {Rectangle[]} placed @param {number[][]} others @param {number} gap */
function cost(place, placed, others, gap) {
  const [x, y, wide, high] = place;
  const roomy = [x - gap / 4, y - gap / 4, wide + gap / 2, high + gap / 2];
  const onLabels = placed.reduce((sum, label) => sum + common(roomy, label), 0);
  const onFaces = others.reduce((sum, frame) => sum + common(place, frame), 0);
  return (onLabels ? 100 : 0) + (100 * onLabels + 10 * onFaces) / (wide * high); // no words on words while there is another way
}
