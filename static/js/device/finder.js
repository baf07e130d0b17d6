// @ts-check
/** Finds the faces of a picture: a small network proposes candidates in views of many sizes and confirms them close up. Port of app/vision/finder.py. */

import { distinct, gap, isInside, isSame, leaning } from "./detection.js";
import { cropFace, roundEven } from "./pixels.js";
import { cut, scaleOf, starts, tiles, toPicture } from "./views.js";

/** @typedef {import("./detection.js").Detection} Detection */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {{score: number, points: number[][]}} Hit points of the view: centre, [width, height], six landmarks */
/**
 * @typedef {object} Constants the server's constants, from app/vision/constants.json
 * @property {{input_px: number, grids: number[][], overlap: number}} network grids as [cells a side, anchors a cell]
 * @property {{scale: number, rise: number}} square
 * @property {{propose_score: number, confirm_score: number, sure_score: number, view_scale: number, reach: number, tile_overlap: number, least_view_px: number, most_views: number, most_turned_views: number, most_candidates: number}} find
 * @property {{score_weight: number, least: number}} judge
 * @property {{tile_overlap: number, parts: number[]} & import("./tracks.js").LiveRules} live
 * @property {import("./tracks.js").Rules} tracks
 * @property {{photo_faces: number, live_faces: number}} limits
 */

const QUARTERS = [1, 2, 3]; // quarter turns to try where the upright picture shows no face

/** @typedef {{run: (input: Float32Array) => Promise<Record<string, Float32Array>>}} Network */

const LEAST = 1e-4; // keeps logarithms finite

export class Finder {
  #network;
  #judge;
  #constants;
  #anchors;
  #input;

  /** @param {Network} network BlazeFace short range @param {Network} judge tells faces from false detections @param {Constants} constants */
  constructor(network, judge, constants) {
    this.#network = network;
    this.#judge = judge;
    this.#constants = constants;
    this.#anchors = anchorsOf(constants.network);
    this.#input = new Float32Array(constants.network.input_px ** 2 * 3);
  }

  /** The faces of a photo, the largest first. Where the photo has no upright face it is searched in other turns. @param {Picture} grey */
  async photo(grey) {
    const { most_views, most_turned_views } = this.#constants.find;
    let found = await this.#search(grey, most_views);
    for (const quarters of QUARTERS) {
      if (found.length) break;
      const faces = await this.#search(turned(grey, quarters), most_turned_views);
      found = faces.map((face) => unturned(face, quarters, grey));
    }
    return found.sort((a, b) => b.side - a.side);
  }

  /** Candidates in some views of a live frame, the highest score first; `numbers` are indices into `liveViews`. @param {Picture} grey @param {number[]} numbers */
  async scan(grey, numbers) {
    const views = liveViews(grey, this.#constants.live);
    const found = [];
    for (const number of numbers) found.push(...(await this.#lookInto(cut(grey, { ...views[number], turn_deg: 0 }, this.#constants.network.input_px))));
    return distinct(found.sort(surestFirst));
  }

  /** The face near an expected place, or null. The view is turned by the place's lean, so that leaning faces are found. @param {Picture} grey @param {Detection} place @param {number} least the least score @returns {Promise<Detection | null>} */
  async near(grey, place, least) {
    const { find, network } = this.#constants;
    const view = cut(grey, { x: place.x, y: place.y, side: find.view_scale * place.side, turn_deg: place.tilt_deg }, network.input_px);
    const faces = (await this.#hits(view.pixels, least)).map((hit) => this.#detection(view, hit));
    return surest(faces.filter((face) => gap(place, face) < find.reach * place.side && isInside(face, grey)));
  }

  /** The candidate detected again close up, or null where it is no face. Unless it is clearly upright, three more turns are tried. @param {Picture} grey @param {Detection} candidate @returns {Promise<Detection | null>} */
  async confirm(grey, candidate) {
    const { propose_score, sure_score, confirm_score } = this.#constants.find;
    let first = await this.near(grey, candidate, propose_score);
    if (!first || first.score < sure_score) {
      const faces = [first];
      for (const quarters of QUARTERS) faces.push(await this.near(grey, leaning(candidate, 90 * quarters), propose_score));
      first = surest(faces.flatMap((face) => face ?? []));
    }
    const face = first && (await this.near(grey, first, confirm_score));
    return face && (await this.#accepts(grey, face)) ? face : null;
  }

  /** Whether a detection is a face, by the judge's likeness and the detection's score. Port of app/vision/judge.py. @param {Picture} grey @param {Detection} face */
  async #accepts(grey, face) {
    const { score_weight, least } = this.#constants.judge;
    const [[likeness]] = Object.values(await this.#judge.run(Float32Array.from(cropFace(grey, face))));
    return logit(likeness) + score_weight * logit(face.score) >= least;
  }

  /** @param {Picture} grey @param {number} mostViews */
  async #search(grey, mostViews) {
    const { find, network } = this.#constants;
    const candidates = [];
    for (const side of viewSides(grey, mostViews, this.#constants)) {
      for (const view of tiles(grey, side, find.tile_overlap, network.input_px)) candidates.push(...(await this.#lookInto(view)));
    }
    /** @type {Detection[]} */
    const found = [];
    for (const candidate of distinct(candidates.sort(surestFirst)).slice(0, find.most_candidates)) {
      if (found.some((face) => isSame(candidate, face))) continue;
      const face = await this.confirm(grey, candidate);
      if (face) found.push(...distinct([face], found));
    }
    return found;
  }

  /** @param {import("./views.js").View} view */
  async #lookInto(view) {
    return (await this.#hits(view.pixels, this.#constants.find.propose_score)).map((hit) => this.#detection(view, hit));
  }

  /** @param {Uint8Array} pixels of a view @param {number} least the least score @returns {Promise<Hit[]>} */
  async #hits(pixels, least) {
    for (let i = 0, at = 0; i < pixels.length; i++) {
      const level = pixels[i] / 127.5 - 1;
      this.#input[at++] = level;
      this.#input[at++] = level;
      this.#input[at++] = level;
    }
    const { regressors, classificators } = await this.#network.run(this.#input);
    return decode(regressors, classificators, this.#anchors, least, this.#constants.network.overlap);
  }

  /** @param {import("./views.js").View} view @param {Hit} hit */
  #detection(view, hit) {
    return detectionOf(view, hit, this.#constants.square);
  }
}

/** The sides of a photo's views: its longer side, half of that, and so on, as far as `mostViews` allows. @param {{width: number, height: number}} size @param {number} mostViews @param {Constants} constants */
export function viewSides({ width, height }, mostViews, { network, find }) {
  const sides = [];
  let spent = 0;
  for (let side = Math.max(width, height); side >= find.least_view_px || !sides.length; side /= 2) {
    const [across, down] = [width, height].map((length) => starts(roundEven((length * network.input_px) / side), network.input_px, find.tile_overlap).length);
    spent += across * down;
    if (sides.length && spent > mostViews) break;
    sides.push(side);
  }
  return sides;
}

/** The views of a live frame: the whole frame, then overlapping parts of it. @param {{width: number, height: number}} size @param {{parts: number[], tile_overlap: number}} live */
export function liveViews({ width, height }, { parts, tile_overlap }) {
  return parts.flatMap((number) => {
    const side = Math.max(width, height) / number;
    const [columns, rows] = [width, height].map((length) => middles(length, side, tile_overlap));
    return rows.flatMap((y) => columns.map((x) => ({ x, y, side })));
  });
}

/** @param {number} length @param {number} side @param {number} overlap */
function middles(length, side, overlap) {
  return length <= side ? [length / 2] : starts(roundEven(length), roundEven(side), overlap).map((start) => start + side / 2);
}

/** A picture turned counter-clockwise by quarter turns, as by np.rot90. @param {Picture} grey @param {number} quarters @returns {Picture} */
export function turned({ data, width, height }, quarters) {
  const [across, down] = quarters % 2 ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < down; y++) {
    for (let x = 0; x < across; x++, at++) {
      const [u, v] = [[x, y], [width - 1 - y, x], [width - 1 - x, height - 1 - y], [y, height - 1 - x]][quarters];
      out[at] = data[v * width + u];
    }
  }
  return { data: out, width: across, height: down };
}

/** A face found in a turned picture, in the coordinates of the unturned picture. @param {Detection} face @param {number} quarters @param {{width: number, height: number}} size of the unturned picture @returns {Detection} */
export function unturned(face, quarters, { width, height }) {
  const back = (/** @type {number} */ x, /** @type {number} */ y) => [[x, y], [width - y, x], [width - x, height - y], [y, height - x]][quarters];
  const [x, y] = back(face.x, face.y);
  return { ...leaning(face, 90 * quarters), x, y, landmarks: face.landmarks && face.landmarks.map(([u, v]) => back(u, v)) };
}

/** @param {number} share */
function logit(share) {
  const kept = Math.min(Math.max(share, LEAST), 1 - LEAST);
  return Math.log(kept / (1 - kept));
}

/** @param {Detection[]} faces @returns {Detection | null} */
function surest(faces) {
  return faces.reduce((/** @type {Detection | null} */ best, face) => (best && best.score >= face.score ? best : face), null);
}

/** @param {Detection} a @param {Detection} b */
function surestFirst(a, b) {
  return b.score - a.score;
}

/** The centres of the network's anchors in the view's pixels, in the order of grid, row, column, anchor. @param {Constants["network"]} network */
export function anchorsOf({ grids, input_px }) {
  return grids.flatMap(([grid, kinds]) =>
    Array.from({ length: grid * grid * kinds }, (_, i) => {
      const cell = Math.floor(i / kinds);
      return [(((cell % grid) + 0.5) / grid) * input_px, ((Math.floor(cell / grid) + 0.5) / grid) * input_px];
    }),
  );
}

/** The hits in the network's output with at least the score `least`, overlapping ones merged. @param {Float32Array} regressors 16 for each anchor @param {Float32Array} logits @param {number[][]} anchors @param {number} least @param {number} overlap */
export function decode(regressors, logits, anchors, least, overlap) {
  const from = Math.log(least / (1 - least));
  const hits = [];
  for (let i = 0; i < anchors.length; i++) {
    if (logits[i] < from) continue;
    const points = Array.from({ length: 8 }, (_, k) => [regressors[16 * i + 2 * k], regressors[16 * i + 2 * k + 1]]);
    for (const [k, point] of points.entries()) if (k !== 1) point.forEach((_, axis) => (point[axis] += anchors[i][axis]));
    hits.push({ score: 1 / (1 + Math.exp(-logits[i])), points });
  }
  return blend(hits, overlap);
}

/** One hit for each face, the best first: overlapping hits are averaged, weighted by score, and keep the best score. @param {Hit[]} hits @param {number} overlap */
function blend(hits, overlap) {
  const faces = [];
  for (let left = hits.sort((a, b) => b.score - a.score); left.length; ) {
    const [best] = left;
    const group = left.filter((hit) => hit === best || shared(hit.points, best.points) > overlap);
    const sum = group.reduce((all, { score }) => all + score, 0);
    faces.push({ score: best.score, points: best.points.map((point, k) => point.map((_, axis) => group.reduce((all, { score, points }) => all + score * points[k][axis], 0) / sum)) });
    left = left.filter((hit) => !group.includes(hit));
  }
  return faces;
}

/** Intersection over union of two hits' boxes. @param {number[][]} one @param {number[][]} other */
function shared([one, oneSize], [other, otherSize]) {
  const [across, along] = [0, 1].map((axis) => {
    const high = Math.min(one[axis] + oneSize[axis] / 2, other[axis] + otherSize[axis] / 2);
    return Math.max(0, high - Math.max(one[axis] - oneSize[axis] / 2, other[axis] - otherSize[axis] / 2));
  });
  const both = across * along;
  return both / Math.max(oneSize[0] * oneSize[1] + otherSize[0] * otherSize[1] - both, 1e-9);
}

/** The face of a hit in a view. Its square's centre is a little above the middle between eyes and mouth; its lean follows from eyes and mouth. @param {import("./views.js").View} view @param {Hit} hit @param {Constants["square"]} square @returns {Detection} */
export function detectionOf(view, { score, points }, { scale, rise }) {
  const landmarks = points.slice(2).map(([u, v]) => toPicture(view, u, v));
  const [right, left, , mouth] = landmarks;
  const eyes = [(right[0] + left[0]) / 2, (right[1] + left[1]) / 2];
  const down = [mouth[0] - eyes[0], mouth[1] - eyes[1]];
  const across = [left[0] - right[0] + down[1], left[1] - right[1] - down[0]]; // the line between the eyes, plus the line to the mouth turned by 90°
  return {
    x: (eyes[0] + mouth[0]) / 2 - rise * down[0],
    y: (eyes[1] + mouth[1]) / 2 - rise * down[1],
    side: scale * Math.max(...points[1]) * scaleOf(view),
    score,
    tilt_deg: (Math.atan2(across[1], across[0]) * 180) / Math.PI,
    landmarks,
  };
}
