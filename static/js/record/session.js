// @ts-check
/** A recorded session: its file formats, their parsers and its summary. Pure. */

import { wordsOf } from "../faces/emotions.js";
import { toRows, toText } from "../shared/csv.js";
import { say } from "../shared/words.js";

/** @typedef {import("./history.js").Sample} Sample */
/** @typedef {{started: string, model: string, lanes: import("./history.js").Lanes, marks: number[]}} Session seconds count from its start */

const VERSION = 1;
const MOST_MARKS = 100_000; // thirty a second for almost an hour

/** A session as JSON text. @param {Session} session */
export function toJson({ started, model, lanes, marks }) {
  const faces = [...lanes].map(([number, samples]) => ({ number, samples: samples.map((sample) => ({ ...sample, at_s: round(sample.at_s), emotions: rounded(sample.emotions) })) }));
  return JSON.stringify({ format: "lets-face-it-session", version: VERSION, started, model, marks: marks.map(round), faces }, null, 1);
}

/** A session as CSV text with one row for each sample; marks are rows without a face. @param {Session} session */
export function toCsv({ started, model, lanes, marks }) {
  const labels = labelsOf(lanes);
  const head = ["at_s", "face", "emotion", "certain", ...labels, "mark", "started", "model"];
  const samples = [...lanes].flatMap(([number, lane]) => lane.map((sample) => ({ number, ...sample })));
  const rows = samples.map(({ number, at_s, emotion, certain, emotions }) => [round(at_s), number, emotion, certain ? 1 : 0, ...labels.map((label) => round(emotions[label] ?? 0)), "", started, model]);
  const marked = marks.map((at_s) => [round(at_s), "", "", "", ...labels.map(() => ""), 1, started, model]);
  const sorted = [...rows, ...marked].sort((a, b) => Number(a[0]) - Number(b[0]));
  return toText([head, ...sorted]);
}

/** A session from JSON or CSV text; throws an Error with a message for the person where the text is neither. @param {string} text @returns {Session} */
export function parse(text) {
  const session = text.trimStart().startsWith("{") ? fromJson(text) : fromCsv(text);
  if (session.marks.length > MOST_MARKS) throw new Error(say("This record is too large."));
  if (![...session.lanes.values()].some((lane) => lane.length)) throw new Error(say("This record holds no faces."));
  return session;
}

/** Seconds from a session's start to its last sample. @param {Session} session */
export function lengthOf({ lanes, marks }) {
  const ends = [...lanes.values()].map((lane) => lane.at(-1)?.at_s ?? 0);
  return [...marks, ...ends].reduce((a, b) => Math.max(a, b), 0); // Math.max(...) would overflow the stack
}

/** The share of the samples in which each emotion led; uncertain samples count as "not sure". @param {import("./history.js").Lanes} lanes @returns {[string, number][]} the largest first */
export function sharesOf(lanes) {
  const samples = [...lanes.values()].flat();
  const counts = new Map();
  for (const { emotion, certain } of samples) {
    const name = certain ? emotion : "not sure";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => /** @type {[string, number]} */ ([name, count / samples.length])).sort((a, b) => b[1] - a[1]);
}

/** The moment of highest confidence for each emotion except neutral, the highest first. @param {import("./history.js").Lanes} lanes @param {number} [most] */
export function momentsOf(lanes, most = 5) {
  /** @type {Map<string, {face: number, at_s: number, emotion: string, share: number}>} */
  const best = new Map();
  for (const [face, lane] of lanes) {
    for (const { at_s, emotion, certain, emotions } of lane) {
      const share = emotions[emotion];
      if (certain && emotion !== "neutral" && share > (best.get(emotion)?.share ?? 0)) best.set(emotion, { face, at_s, emotion, share });
    }
  }
  return [...best.values()].sort((a, b) => b.share - a.share).slice(0, most);
}

/** @param {string} text @returns {Session} */
function fromJson(text) {
  const content = jsonOf(text);
  if (content.format !== "lets-face-it-session" || !Array.isArray(content.faces)) throw new Error(say("This is not a record of a session."));
  if (!content.faces.every((/** @type {any} */ face) => Array.isArray(face?.samples))) throw new Error(say("This record is damaged: a face lacks its samples."));
  const lanes = new Map(content.faces.map((/** @type {any} */ face) => [Number(face.number), face.samples.map(checked)]));
  const marks = Array.isArray(content.marks) ? content.marks.map(Number).filter(Number.isFinite) : [];
  return { started: String(content.started ?? ""), model: String(content.model ?? ""), lanes, marks };
}

/** @param {string} text */
function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(say("This record is damaged: the file breaks off or was changed."));
  }
}

/** @param {string} text @returns {Session} */
function fromCsv(text) {
  const [head, ...rows] = toRows(text.trim());
  if (head[0] !== "at_s" || head[1] !== "face") throw new Error(say("This is not a record of a session."));
  const labels = head.slice(4, head.indexOf("mark"));
  const lanes = new Map();
  const marks = [];
  for (const row of rows) {
    if (!row[1]) {
      marks.push(Number(row[0]));
      continue;
    }
    const emotions = Object.fromEntries(labels.map((label, i) => [label, Number(row[4 + i])]));
    const sample = checked({ at_s: Number(row[0]), emotion: row[2], certain: row[3] === "1", emotions });
    const lane = lanes.get(Number(row[1])) ?? [];
    lane.push(sample);
    lanes.set(Number(row[1]), lane);
  }
  return { started: rows[0]?.[head.indexOf("started")] ?? "", model: rows[0]?.[head.indexOf("model")] ?? "", lanes, marks };
}

/** @param {any} sample @returns {Sample} */
function checked(sample) {
  const isWhole = Number.isFinite(sample?.at_s) && Object.values(sample.emotions ?? {}).every(Number.isFinite) && Number.isFinite(sample.emotions?.[sample.emotion]);
  if (!isWhole) throw new Error(say("This record is damaged: a sample lacks its numbers."));
  return { at_s: sample.at_s, emotion: String(sample.emotion), certain: Boolean(sample.certain), emotions: sample.emotions };
}

/** The emotions of all samples; they differ where the model was changed during the session. @param {import("./history.js").Lanes} lanes */
function labelsOf(lanes) {
  return wordsOf([...lanes.values()].flat());
}

/** @param {Record<string, number>} emotions */
function rounded(emotions) {
  return Object.fromEntries(Object.entries(emotions).map(([label, share]) => [label, round(share)]));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
