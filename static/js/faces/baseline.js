// @ts-check
/** A person's resting face as the zero: probabilities read as change against it. Pure. */

/** @typedef {Record<string, number>} Emotions probabilities by label */

// Both were tried on recorded readings (tests/js): a rest that read sad reads neutral, 39 of 40 smiles stay happy.
const FLOOR = 0.03; // below this a probability says only "hardly", and its logarithm would run away
const NEUTRAL_SHARE = 0.6; // what a resting face is to read afterwards

/** The resting face: the geometric mean of what was read while it rested. @param {Emotions[]} samples not empty @returns {Emotions} */
export function restOf(samples) {
  const labels = Object.keys(samples[0]);
  return normalise(labels.map((label) => [label, Math.exp(mean(samples.map((sample) => log(sample[label]))))]));
}

const SMILING = 0.5; // of happy or surprise on average: that is no face at rest
const RESTLESS = 0.25; // mean of what moves from one label to others between a reading and their mean
const LEAST_SAMPLES = 5;

/** Why readings are not of a face at rest; null where they may be. @param {Emotions[]} samples @returns {"unseen" | "smiling" | "restless" | null} */
export function whyNotCalm(samples) {
  if (samples.length < LEAST_SAMPLES) return "unseen";
  const labels = Object.keys(samples[0]);
  const usual = Object.fromEntries(labels.map((label) => [label, mean(samples.map((sample) => sample[label]))]));
  if ((usual.happy ?? 0) + (usual.surprise ?? 0) > SMILING) return "smiling";
  const moved = samples.map((sample) => labels.reduce((sum, label) => sum + Math.abs(sample[label] - usual[label]), 0) / 2);
  return mean(moved) > RESTLESS ? "restless" : null;
}

/**
 * What a reading says against the resting face: each probability is divided by the resting one, so that
 * the same face reads neutral and only a change moves the bars.
 * @param {Emotions} emotions @param {Emotions} rest @returns {Emotions}
 */
export function against(emotions, rest) {
  const labels = Object.keys(emotions);
  return normalise(labels.map((label) => [label, Math.exp(log(emotions[label]) - log(rest[label] ?? FLOOR) + Math.log(target(label, labels)))]));
}

/** @param {string} label @param {string[]} labels */
function target(label, labels) {
  if (!labels.includes("neutral")) return 1 / labels.length;
  return label === "neutral" ? NEUTRAL_SHARE : (1 - NEUTRAL_SHARE) / (labels.length - 1);
}

/** @param {number} probability */
function log(probability) {
  return Math.log(Math.max(FLOOR, probability));
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {[string, number][]} entries @returns {Emotions} */
export function normalise(entries) {
  const sum = entries.reduce((total, [, value]) => total + value, 0);
  return Object.fromEntries(entries.map(([label, value]) => [label, value / sum]));
}
