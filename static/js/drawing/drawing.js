// @ts-check
/** Draws faces over any picture: a frame, the word and the confidence of each face. */

import { cropSquare } from "../faces/crops.js";
import { colourOf, describe, inkOf, nameOf, strokesOf, sureness } from "../faces/emotions.js";
import { HEAT_SIDE, heatPixels } from "../faces/heat.js";
import { say } from "../shared/words.js";
import { placeLabels } from "./labels.js";

/** @typedef {import("../faces/cast.js").Member} Member */
/**
 * @typedef {{left: number, top: number, scale: number, width: number, height: number, mirrored: boolean, taken: number, unit?: number, spots?: Map<number, string>}} Place
 * The picture's place on the canvas: corner, size and `scale` in canvas pixels for each picture pixel. `taken` is the height
 * covered at the picture's top, `unit` the size of strokes and letters (by default from the width), `spots` the labels' last spots.
 */

const FACE_COLOURS = ["#7cd4ff", "#ffc861", "#b9f27c", "#ff9ec4", "#c9b6ff", "#6ff0d2", "#ffab87", "#f5f0a0"];
const PHOTO_SIDE_PX = [900, 1280]; // smaller photos are enlarged so that the text is sharp
const FONT = `Figtree, "Liberation Sans", Arial, sans-serif`;

/** The colour for a face's number. @param {number} number from 1 */
export function colourOfNumber(number) {
  return FACE_COLOURS[(number - 1) % FACE_COLOURS.length];
}

/**
 * Draws faces onto a context.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Member[]} members @param {Place} place
 */
export function drawFaces(context, members, place) {
  const unit = place.unit ?? Math.min(1.6, Math.max(0.75, place.width / 800)); // strokes and letters grow with the picture
  const isCrowd = members.length > 1;
  const frames = members.map((member) => toCanvas(member.box ?? member.face.box, place));
  frames.forEach((frame, i) => drawFrame(context, frame, isCrowd ? colourOfNumber(members[i].number) : "#ffffff", unit));
  if (isCrowd) frames.forEach((frame, i) => drawCorner(context, frame, members[i].number, unit));
  const forms = members.map((member) => formsOf(context, member, isCrowd, unit));
  const area = /** @type {const} */ ([place.left + 4, place.top + 4 + place.taken, place.width - 8, place.height - 8 - place.taken]);
  const wishes = forms.map((each, i) => ({ frame: frames[i], sizes: each.map(({ wide, high }) => /** @type {[number, number]} */ ([wide, high])), last: place.spots?.get(members[i].number) }));
  const placed = placeLabels(wishes, [...area], 8 * unit);
  placed.forEach((spot, i) => {
    if (spot) place.spots?.set(members[i].number, spot.spot);
    const found = spot ?? (isCrowd ? null : { rectangle: within(frames[i], forms[i][0], area), size: 0 }); // a single face keeps its words
    if (!found) return;
    context.save();
    if (members[i].isPoor) context.globalAlpha *= 0.6;
    drawLabel(context, forms[i][found.size], found.rectangle, unit);
    context.restore();
  });
}

/**
 * Draws saliency maps over their faces.
 * @param {CanvasRenderingContext2D} context @param {import("../faces/heat.js").Explanation[]} maps @param {Place} place
 */
export function drawMaps(context, maps, place) {
  for (const { grid, box, tilt_deg = 0 } of maps) {
    const map = Object.assign(document.createElement("canvas"), { width: HEAT_SIDE, height: HEAT_SIDE });
    map.getContext("2d")?.putImageData(new ImageData(heatPixels(grid), HEAT_SIDE, HEAT_SIDE), 0, 0);
    const { x, y, side } = cropSquare(toCanvas(box, place));
    const turn = place.mirrored ? -1 : 1;
    context.save();
    context.translate(x, y);
    context.rotate((turn * tilt_deg * Math.PI) / 180);
    context.scale(turn, 1);
    context.imageSmoothingQuality = "high";
    context.drawImage(map, -side / 2, -side / 2, side, side);
    context.restore();
  }
}

/** A box of the picture as x, y, width, height on the canvas. @param {number[]} box @param {Place} place */
export function toCanvas([x, y, width, height], { left, top, scale, width: shown, mirrored }) {
  const fromLeft = mirrored ? shown - (x + width) * scale : x * scale;
  return [left + fromLeft, top + y * scale, width * scale, height * scale];
}

/**
 * A canvas to save: the video's present picture, mirrored as on the page, with its faces.
 * @param {HTMLVideoElement} video @param {Member[]} members @param {import("../faces/heat.js").Explanation[]} maps @param {number} analysedWidth @param {boolean} mirrored
 */
export function drawSnapshot(video, members, maps, analysedWidth, mirrored) {
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(video, 0, 0);
  context.resetTransform();
  const place = { left: 0, top: 0, scale: canvas.width / analysedWidth, width: canvas.width, height: canvas.height, mirrored, taken: 0 };
  drawMaps(context, maps, place);
  drawFaces(context, members, place);
  return canvas;
}

/**
 * Draws a photo with its faces; boxes refer to a picture `analysedWidth` pixels wide.
 * @param {HTMLCanvasElement} canvas @param {ImageBitmap} picture @param {Member[]} members @param {number} analysedWidth
 */
export function drawPhoto(canvas, picture, members, analysedWidth) {
  const side = Math.max(picture.width, picture.height);
  const scale = Math.min(PHOTO_SIDE_PX[1], Math.max(PHOTO_SIDE_PX[0], side)) / side;
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const read = Math.max(0.9, Math.min(2.4, (0.9 * canvas.width) / (canvas.clientWidth || canvas.width))); // relative to the size on the page
  const largest = Math.max(0, ...members.map(({ face }) => face.box[2])) * (canvas.width / analysedWidth);
  const unit = Math.min(read, Math.max(0.5, largest / 60)); // words must not be larger than faces
  drawFaces(context, members, { left: 0, top: 0, scale: canvas.width / analysedWidth, width: canvas.width, height: canvas.height, mirrored: false, taken: 0, unit });
}

/** @param {any} context @param {number[]} frame @param {string} colour @param {number} unit */
function drawFrame(context, [x, y, width, height], colour, unit) {
  const arm = Math.min(width, height) * 0.24;
  const radius = Math.min(arm, 18 * unit);
  const corners = new Path2D();
  for (const [cx, cy, dx, dy] of [[x, y, 1, 1], [x + width, y, -1, 1], [x + width, y + height, -1, -1], [x, y + height, 1, -1]]) {
    corners.moveTo(cx, cy + dy * arm);
    corners.arcTo(cx, cy, cx + dx * arm, cy, radius);
    corners.lineTo(cx + dx * arm, cy);
  }
  context.lineCap = "round";
  for (const [style, thick] of [["rgb(0 0 0 / 45%)", 6], [colour, 3]]) {
    context.strokeStyle = style;
    context.lineWidth = Number(thick) * unit;
    context.stroke(corners);
  }
}

/** Draws a face's number inside the corner of its frame. @param {any} context @param {number[]} frame @param {number} number @param {number} unit */
function drawCorner(context, [x, y, width], number, unit) {
  const radius = Math.min(13 * unit, Math.max(7, width / 5));
  drawNumber(context, x + radius, y + radius, radius, number);
}

/** A label's place at the bottom of its face's frame and inside the area. @param {number[]} frame @param {{wide: number, high: number}} label @param {readonly number[]} area @returns {[number, number, number, number]} */
function within([x, y, width, height], { wide, high }, [left, top, across, down]) {
  const clamp = (/** @type {number} */ at, /** @type {number} */ least, /** @type {number} */ most) => Math.max(least, Math.min(most, at));
  return [clamp(x + width / 2 - wide / 2, left, left + across - wide), clamp(y + height - high, top, top + down - high), wide, high];
}

/** @typedef {{words: string, sure: string, wordsWide: number, wide: number, high: number, disc: number, emotion: string, number: number}} Form `number` is 0 for a single face */

/**
 * The forms of a label, the longest first: word and confidence, word, icon alone; with the face's number where there are several faces.
 * @param {any} context @param {Member} member @param {boolean} isCrowd @param {number} unit @returns {Form[]}
 */
function formsOf(context, { face, number }, isCrowd, unit) {
  const high = 34 * unit;
  const disc = high - 8 * unit;
  const words = face.certain ? describe(face.emotion) : say("not sure");
  const disagrees = face.rival && face.rival.emotion !== face.emotion ? `≠ ${nameOf(face.rival.emotion)}` : "";
  const sure = face.certain ? sureness(face.emotions[face.emotion]) : "";
  context.font = `600 ${17 * unit}px ${FONT}`;
  const form = (/** @type {string} */ said, /** @type {string} */ beside) => {
    const [wordsWide, besideWide] = [said, beside].map((each) => (each ? context.measureText(each).width + 8 * unit : 0));
    const marks = 4 * unit + (isCrowd ? disc + 3 * unit : 0) + disc;
    const wide = marks + (said ? 8 * unit + wordsWide + besideWide + 6 * unit : 4 * unit);
    return { words: said, sure: beside, wordsWide, wide, high, disc, emotion: face.certain ? face.emotion : "other", number: isCrowd ? number : 0 };
  };
  return [form(words, [sure, disagrees].filter(Boolean).join(" ")), ...(isCrowd ? [form(words, disagrees), form("", "")] : [])];
}

/** @param {any} context @param {Form} label @param {number[]} place @param {number} unit */
function drawLabel(context, { words, sure, wordsWide, disc, emotion, number }, [left, top, wide, high], unit) {
  context.fillStyle = "rgb(18 20 23 / 82%)";
  context.beginPath();
  context.roundRect(left, top, wide, high, high / 2);
  context.fill();
  const middle = top + high / 2;
  let at = left + 4 * unit;
  if (number) {
    drawNumber(context, at + disc / 2, middle, disc / 2, number);
    at += disc + 3 * unit;
  }
  drawGlyph(context, at, middle - disc / 2, disc, emotion);
  at += disc + 8 * unit;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `600 ${17 * unit}px ${FONT}`;
  context.fillStyle = "#ffffff";
  context.fillText(words, at, middle + unit);
  context.fillStyle = "rgb(255 255 255 / 72%)";
  context.fillText(sure, at + wordsWide, middle + unit);
}

/** Draws a number on its colour. Colours repeat after eight numbers, with another shape: disc, square, lozenge. @param {any} context @param {number} x @param {number} y @param {number} radius @param {number} number */
export function drawNumber(context, x, y, radius, number) {
  context.fillStyle = colourOfNumber(number);
  context.save();
  context.translate(x, y);
  const shape = Math.floor((number - 1) / FACE_COLOURS.length) % 3;
  if (shape === 2) context.rotate(Math.PI / 4);
  context.beginPath();
  if (shape) context.roundRect(-0.86 * radius, -0.86 * radius, 1.72 * radius, 1.72 * radius, radius / 4);
  else context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.restore();
  context.fillStyle = "#16181d";
  context.font = `700 ${1.15 * radius}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(number), x, y + radius / 14);
}

/** @param {any} context @param {number} x @param {number} y @param {number} size @param {string} emotion */
function drawGlyph(context, x, y, size, emotion) {
  context.save();
  context.translate(x, y);
  context.scale(size / 24, size / 24);
  context.fillStyle = colourOf(emotion);
  context.beginPath();
  context.arc(12, 12, 11.5, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = inkOf(emotion);
  context.lineWidth = 1.8;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(new Path2D(strokesOf(emotion)));
  context.restore();
}
