// @ts-check
/** A person's resting face as baseline: converts probabilities into changes from it. Pure. */

/** @typedef {Record<string, number>} Emotions probabilities by label */

// FLOOR and NEUTRAL_SHARE were chosen on recorded readings (tests/js): a resting face read as sad then reads as neutral, and 39 of 40 smiles stay happy.
const FLOOR = 0.03; // smaller probabilities are noise, and their logarithms would dominate
const NEUTRAL_SHARE = 0.6; // the share of neutral that a resting face gets

/** The resting face: the geometric mean of the readings taken at rest. @param {Emotions[]} samples not empty @returns {Emotions} */
export function restOf(samples) {
  const labels = Object.keys(samples[0]);
  return normalise(labels.map((label) => [label, Math.exp(mean(samples.map((sample) => log(sample[label]))))]));
}

const SMILING = 0.5; // a mean share of happy or of surprise from which a face is not at rest
const RESTLESS = 0.25; // the mean share of probability in which a reading differs from the readings' mean
const LEAST_SAMPLES = 5;

/** Why the readings cannot be of a resting face; null where they can. @param {Emotions[]} samples @returns {"unseen" | "smiling" | "restless" | null} */
export function whyNotCalm(samples) {
  if (samples.length < LEAST_SAMPLES) return "unseen";
  const labels = Object.keys(samples[0]);
  const usual = Object.fromEntries(labels.map((label) => [label, mean(samples.map((sample) => sample[label]))]));
  if ((usual.happy ?? 0) + (usual.surprise ?? 0) > SMILING) return "smiling";
  const moved = samples.map((sample) => labels.reduce((sum, label) => sum + Math.abs(sample[label] - usual[label]), 0) / 2);
  return mean(moved) > RESTLESS ? "restless" : null;
}

/**
 * A reading relative to the resting face: each probability is divided by that of the resting face, so that
 * the resting face reads as neutral and only changes move the bars.
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
