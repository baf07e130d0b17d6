// @ts-check
/** The emotion words, their fixed order, and their icons. */

import { percent, say } from "../shared/words.js";

/**
 * @typedef {{box: number[], emotion: string, certain: boolean, emotions: Record<string, number>, track?: number, tilt_deg?: number, turn?: number | null, score?: number, landmarks?: Record<string, number[]> | null, raw?: Record<string, number>, rival?: {emotion: string, certain: boolean, emotions: Record<string, number>}}} Face
 * One face of a reply; `box` is x, y, width, height in pixels of the upright picture, `tilt_deg` its lean clockwise, `turn` -1 (to its right) to 1. `raw` holds the
 * probabilities without the resting face's correction, `rival` the second model's answer.
 * @typedef {{model: string, width: number, height: number, faces: Face[], left_out?: number, timing_ms: Record<string, number>, seq?: number}} Analysis
 */

/** Every bar keeps its place, whichever model answers. */
export const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt"];

/** The name of each label and the phrase for a face that looks so; whole phrases, because not every language can compose them. @type {Record<string, [string, string]>} */
const NAMES = {
  angry: [say("angry"), say("looks angry")],
  disgust: [say("disgust"), say("looks disgusted")],
  fear: [say("fear"), say("looks afraid")],
  happy: [say("happy"), say("looks happy")],
  sad: [say("sad"), say("looks sad")],
  surprise: [say("surprise"), say("looks surprised")],
  neutral: [say("neutral"), say("looks neutral")],
  contempt: [say("contempt"), say("looks contemptuous")],
};

/** Strokes in a 24×24 field: eyes, brows, mouth. */
const STROKES = {
  angry: "M7 8l3 1.6M17 8l-3 1.6M8.8 11v.8M15.2 11v.8M8.6 17c1.9-2 4.9-2 6.8 0",
  disgust: "M7 9.6l2.8.7M17 9.6l-2.8.7M8.2 17c1.1-2.4 2.6-2.4 3.8-1s2.8 1 3.8-1.2M12 11.5v1",
  fear: "M6.8 8.4l2.6-1.4M17.2 8.4l-2.6-1.4M8.6 10.6v1.2M15.4 10.6v1.2M7.8 16.8c.9-1.7 1.9-1.7 2.8-.6s1.9 1.1 2.8 0 1.9-1.1 2.8.6",
  happy: "M8.6 9.2v1.2M15.4 9.2v1.2M7.2 13.6c1.6 4.6 8 4.6 9.6 0",
  sad: "M7 8.8l2.6-1.3M17 8.8l-2.6-1.3M8.8 11v.8M15.2 11v.8M8.6 17c1.9-2.6 4.9-2.6 6.8 0",
  surprise: "M7.2 7.4c.8-.9 1.9-.9 2.6-.2M16.8 7.4c-.8-.9-1.9-.9-2.6-.2M8.6 10v1.2M15.4 10v1.2M12 14.2a1.8 2.1 0 1 0 .01 0z",
  neutral: "M8.6 9.6v1.2M15.4 9.6v1.2M8.4 15.6h7.2",
  contempt: "M7.2 8.4l2.6.2M14.2 7.6l2.7-.9M8.6 10.4v1M15.4 10.4v1M8.4 16h3.8c1.7 0 2.9-.6 3.6-2",
};
const UNSURE = "M8.6 9.6v1.2M15.4 9.6v1.2M8.6 16.2l6.8-1.4";

/** The words for how a face looks; never what it feels. @param {string} emotion */
export function describe(emotion) {
  return NAMES[emotion]?.[1] ?? say("looks {word}", { word: emotion });
}

/** The name of a label. @param {string} emotion */
export function nameOf(emotion) {
  return NAMES[emotion]?.[0] ?? emotion;
}

/** The confidence of a reading, such as "94%"; never 100%, because no reading is certain. @param {number} share */
export function sureness(share) {
  return percent(Math.min(0.99, share));
}

/** The labels in their fixed order; words of a user's own model come last. @param {string[]} labels */
export function inPlace(labels) {
  const known = EMOTIONS.filter((label) => labels.includes(label));
  return known.concat(labels.filter((label) => !EMOTIONS.includes(label)));
}

/** All words that occur in samples, in their fixed order. @param {{emotions: Record<string, number>}[]} samples */
export function wordsOf(samples) {
  return inPlace([...new Set(samples.flatMap(({ emotions }) => Object.keys(emotions)))]);
}

/** SVG path data of an emotion's icon. @param {string} emotion */
export function strokesOf(emotion) {
  return STROKES[/** @type {keyof typeof STROKES} */ (emotion)] ?? UNSURE;
}

/** The colour of an emotion, from the style sheet. @param {string} emotion */
export function colourOf(emotion) {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue(`--${EMOTIONS.includes(emotion) ? emotion : "other"}`).trim() || "#8b919c";
}

/** White strokes on the deep colours, dark ones elsewhere. @param {string} emotion */
export function inkOf(emotion) {
  return ["fear", "sad", "contempt"].includes(emotion) ? "#ffffff" : "#16181d";
}
