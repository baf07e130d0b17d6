// @ts-check
/** BlazeFace short range: a square window of a picture in, found faces out. Pure but for the network; app/vision/finder.py's twin. */

import { isSame } from "./detection.js";

/** @typedef {import("./detection.js").Detection} Detection */
/** @typedef {{x: number, y: number, side: number, tilt_deg: number}} Window centre, side and turn of a square of the picture */
/** @typedef {{data: Uint8ClampedArray, width: number, height: number}} Rgba */
/**
 * @typedef {object} FinderRules the server's own, from the table of constants
 * @property {number} input_px side of the network's input
 * @property {{grid: number, anchors: number}[]} layers anchors a cell of each grid, the finer grid first
 * @property {number} min_score @property {number} overlap boxes that share more are one face
 * @property {number} box_scale the face's square over the network's box @property {number} box_down how much lower it lies, in sides of the network's box
 */

/** Centres of all anchors as x, y in 0..1. @param {FinderRules["layers"]} layers */
export function makeAnchors(layers) {
  return layers.flatMap(({ grid, anchors }) =>
    Array.from({ length: grid * grid * anchors }, (_, i) => {
      const cell = Math.floor(i / anchors);
      return [((cell % grid) + 0.5) / grid, (Math.floor(cell / grid) + 0.5) / grid];
    }),
  );
}

/**
 * Found faces from the network's numbers, as {score, box: [x, y, side], landmarks} in parts of the window.
 * @param {Float32Array} regressors 16 a anchor @param {Float32Array} scores logits @param {number[][]} anchors @param {FinderRules} rules
 */
export function decode(regressors, scores, anchors, { input_px, min_score, overlap }) {
  const hits = [];
  for (let i = 0; i < anchors.length; i++) {
    const score = 1 / (1 + Math.exp(-scores[i]));
    if (score < min_score) continue;
    const numbers = regressors.subarray(16 * i, 16 * i + 16);
    const [x, y] = anchors[i];
    hits.push({ score, numbers: Array.from(numbers, (n, k) => n / input_px + (k === 2 || k === 3 ? 0 : k % 2 ? y : x)) });
  }
  return merge(hits.sort((a, b) => b.score - a.score), overlap);
}

/** The face of a window as it lies in the picture. @param {{score: number, numbers: number[]}} hit @param {Window} window @param {FinderRules} rules @returns {Detection} */
export function place({ score, numbers }, { x, y, side, tilt_deg }, { box_scale, box_down }) {
  const [cos, sin] = [Math.cos((tilt_deg * Math.PI) / 180), Math.sin((tilt_deg * Math.PI) / 180)];
  const out = (/** @type {number} */ u, /** @type {number} */ v) => [x + side * (cos * (u - 0.5) - sin * (v - 0.5)), y + side * (sin * (u - 0.5) + cos * (v - 0.5))];
  const landmarks = Array.from({ length: 6 }, (_, i) => out(numbers[4 + 2 * i], numbers[5 + 2 * i]));
  const [[rightX, rightY], [leftX, leftY]] = landmarks;
  const lean = Math.atan2(leftY - rightY, leftX - rightX);
  const [centreX, centreY] = out(numbers[0], numbers[1]);
  const length = side * Math.max(numbers[2], numbers[3]);
  const down = box_down * length;
  return { x: centreX - Math.sin(lean) * down, y: centreY + Math.cos(lean) * down, side: length * box_scale, score, tilt_deg: (lean * 180) / Math.PI, landmarks };
}

/** A window's colours as the network wants them, -1..1, red, green, blue; black outside the picture. @param {Rgba} picture @param {Window} window @param {number} size @returns {Float32Array} */
export function sample({ data, width, height }, { x, y, side, tilt_deg }, size) {
  const input = new Float32Array(size * size * 3);
  const each = Math.min(8, Math.max(1, Math.round(side / size))); // so many looks along each side of an input's pixel
  const step = side / size / each;
  const [cos, sin] = [Math.cos((tilt_deg * Math.PI) / 180) * step, Math.sin((tilt_deg * Math.PI) / 180) * step];
  const weight = 1 / (each * each * 127.5);
  const half = (size * each - 1) / 2;
  for (let row = 0; row < size * each; row++) {
    const line = Math.floor(row / each) * size;
    let u = x - cos * half - sin * (row - half);
    let v = y - sin * half + cos * (row - half);
    for (let column = 0; column < size * each; column++, u += cos, v += sin) {
      if (u < 0 || v < 0 || u >= width || v >= height) continue;
      const from = 4 * ((v | 0) * width + (u | 0));
      const to = 3 * (line + ((column / each) | 0));
      input[to] += data[from];
      input[to + 1] += data[from + 1];
      input[to + 2] += data[from + 2];
    }
  }
  for (let i = 0; i < input.length; i++) input[i] = input[i] * weight - 1;
  return input;
}

/** Finds faces by the network. */
export class Finder {
  #network;
  #rules;
  #anchors;

  /** @param {import("./runtime.js").Network} network @param {FinderRules} rules */
  constructor(network, rules) {
    this.#network = network;
    this.#rules = rules;
    this.#anchors = makeAnchors(rules.layers);
  }

  /** The faces in a window, the surest first. @param {Rgba} picture @param {Window} window @returns {Promise<Detection[]>} */
  async look(picture, window) {
    const { regressors, classificators } = await this.#network.run(sample(picture, window, this.#rules.input_px));
    return decode(regressors, classificators, this.#anchors, this.#rules).map((hit) => place(hit, window, this.#rules));
  }

  /** The faces in several windows, each once: the surest of those that are the same. @param {Rgba} picture @param {Window[]} windows */
  async lookInAll(picture, windows) {
    const found = [];
    for (const window of windows) found.push(...(await this.look(picture, window)));
    /** @type {Detection[]} */
    const kept = [];
    for (const face of found.sort((a, b) => b.score - a.score)) if (!kept.some((other) => isSame(face, other))) kept.push(face);
    return kept;
  }
}

/** The square around a whole picture. @param {{width: number, height: number}} size @returns {Window} */
export function whole({ width, height }) {
  return { x: width / 2, y: height / 2, side: Math.max(width, height), tilt_deg: 0 };
}

/** Overlapping squares of a side that cover a picture. @param {{width: number, height: number}} size @param {number} side @param {number} [overlap] share of a side that neighbours share @returns {Window[]} */
export function tiles({ width, height }, side, overlap = 0.3) {
  const centres = (/** @type {number} */ length) => {
    if (length <= side) return [length / 2];
    const count = Math.ceil((length - side) / (side * (1 - overlap))) + 1;
    return Array.from({ length: count }, (_, i) => side / 2 + ((length - side) * i) / (count - 1));
  };
  return centres(height).flatMap((y) => centres(width).map((x) => ({ x, y, side, tilt_deg: 0 })));
}

/** Hits that overlap become one, weighed by their scores, as MediaPipe's weighted suppression. @param {{score: number, numbers: number[]}[]} hits the surest first @param {number} overlap */
function merge(hits, overlap) {
  const merged = [];
  for (let rest = hits; rest.length; ) {
    const [best] = rest;
    const same = rest.filter(({ numbers }) => shared(numbers, best.numbers) > overlap);
    const sum = same.reduce((all, { score }) => all + score, 0);
    merged.push({ score: best.score, numbers: best.numbers.map((_, k) => same.reduce((all, { score, numbers }) => all + score * numbers[k], 0) / sum) });
    rest = rest.filter((hit) => !same.includes(hit));
  }
  return merged;
}

/** Intersection over union of two boxes. @param {number[]} a centre x, y, width, height @param {number[]} b */
function shared(a, b) {
  const across = Math.min(a[0] + a[2] / 2, b[0] + b[2] / 2) - Math.max(a[0] - a[2] / 2, b[0] - b[2] / 2);
  const along = Math.min(a[1] + a[3] / 2, b[1] + b[3] / 2) - Math.max(a[1] - a[3] / 2, b[1] - b[3] / 2);
  const both = Math.max(0, across) * Math.max(0, along);
  return both / (a[2] * a[3] + b[2] * b[3] - both);
}
