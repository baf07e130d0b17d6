// @ts-check
/** A saliency map by occlusion: hides one part of the face after the other and measures how much probability the word loses. Pure; port of app/vision/why.py. */

const FACE_PX = 48;
const BUDGET_MS = 300; // for all calls of the network together
const [FEWEST, MOST] = [4, 9]; // rows of a map
const PATCH_PX = 6; // standard deviation of the patch
const LEAST = 1e-6; // keeps the logarithm of a probability finite

/** The number of rows and columns of a map, for a network that takes `ms_per_face` milliseconds for one face. @param {number} ms_per_face */
export function rowsFor(ms_per_face) {
  return Math.max(FEWEST, Math.min(MOST, Math.floor(Math.sqrt(Math.floor(BUDGET_MS / Math.max(ms_per_face, 0.01))))));
}

/**
 * How much each part of a face supports a word: rows of cells from the top left. A cell is the natural logarithm
 * of the word's probability for the whole face divided by its probability with the cell's part hidden.
 * @param {(face: Uint8Array) => Promise<number[]>} classify @param {Uint8Array} face 48×48 grey levels @param {number} label the word's index @param {number} rows
 */
export async function explain(classify, face, label, rows) {
  const read = async (/** @type {Uint8Array} */ shown) => Math.log(Math.max((await classify(shown))[label], LEAST));
  const whole = await read(face);
  const mean = face.reduce((sum, level) => sum + level, 0) / face.length;
  const along = Array.from({ length: rows }, (_, i) => bump(((i + 0.5) * FACE_PX) / rows));
  const grid = [];
  for (const down of along) {
    const line = [];
    for (const across of along) {
      const hidden = face.map((level, i) => Math.round(level + down[Math.floor(i / FACE_PX)] * across[i % FACE_PX] * (mean - level)));
      line.push(Math.round((whole - (await read(hidden))) * 1000) / 1000);
    }
    grid.push(line);
  }
  return grid;
}

/** @param {number} centre */
function bump(centre) {
  return Array.from({ length: FACE_PX }, (_, i) => Math.exp(-((i + 0.5 - centre) ** 2) / (2 * PATCH_PX ** 2)));
}
