// @ts-check
/** The downloads for many photos: a table of the answers, and an archive with the table and every picture. Pure except for the zip library. */

import { toText } from "../shared/csv.js";

/** @typedef {{name: string, analysis: import("../faces/emotions.js").Analysis, drawn?: Blob | null}} Answer */

/** One row for each face; a photo without a face has one row with an empty face. @param {Answer[]} answers */
export function toCsv(answers) {
  const labels = [...new Set(answers.flatMap(({ analysis }) => analysis.faces.flatMap((face) => Object.keys(face.emotions))))];
  const head = ["photo", "width", "height", "model", "face", "x", "y", "box_width", "box_height", "emotion", "certain", ...labels];
  const rows = answers.flatMap(({ name, analysis: { width, height, model, faces } }) => {
    const photo = [name, width, height, model];
    if (!faces.length) return [[...photo, ...head.slice(4).map(() => "")]];
    return faces.map((face, index) => [...photo, index + 1, ...face.box, face.emotion, face.certain ? 1 : 0, ...labels.map((label) => face.emotions[label] ?? "")]);
  });
  return toText([head, ...rows]);
}

/** A zip file of the table and, for every photo, its answer and its picture with the faces drawn. @param {Answer[]} answers @returns {Promise<Blob>} */
export async function toZip(answers) {
  const { zipSync } = await import("../../vendor/fflate-0.8.3.esm.js"); // 25 kB that few visits need
  const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const names = distinct(answers.map(({ name }) => stemOf(name)));
  /** @type {Record<string, Uint8Array>} */
  const files = { "faces.csv": encode(toCsv(answers)) };
  for (const [i, { analysis, drawn }] of answers.entries()) {
    files[`${names[i]}.json`] = encode(JSON.stringify(analysis, null, 2));
    if (drawn) files[`${names[i]}.jpg`] = new Uint8Array(await drawn.arrayBuffer());
  }
  return new Blob([zipSync(files, { level: 0 })], { type: "application/zip" });
}

/** A file's name without its extension and without characters that paths forbid. @param {string} name */
export function stemOf(name) {
  return name.replace(/\.[^.]+$/, "").replaceAll(/[\\/:*?"<>|]/g, "_") || "photo";
}

/** The names, with numbers added to repeated ones. @param {string[]} names */
export function distinct(names) {
  const taken = new Set();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
    taken.add(free);
    return free;
  });
}
