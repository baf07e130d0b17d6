// @ts-check
/** How faces are drawn over any picture: a frame a face, what it looks like, and how sure. */

import { cropSquare } from "../faces/crops.js";
import { colourOf, describe, inkOf, nameOf, strokesOf, sureness } from "../faces/emotions.js";
import { HEAT_SIDE, heatPixels } from "../faces/heat.js";
import { say } from "../shared/words.js";
import { placeLabels } from "./labels.js";

/** @typedef {import("../faces/cast.js").Member} Member */
/**
 * @typedef {{left: number, top: number, scale: number, width: number, height: number, mirrored: boolean, taken: number, unit?: number}} Place
 * Where the picture lies on the canvas: its corner and size there, canvas pixels a picture pixel,
 * the height at its top and its bottom that other things cover, and how large strokes and letters are if not by its width.
 */

const FACE_COLOURS = ["#7cd4ff", "#ffc861", "#b9f27c", "#ff9ec4", "#c9b6ff", "#6ff0d2", "#ffab87", "#f5f0a0"];
const PHOTO_SIDE_PX = [900, 1280]; // a smaller photo is enlarged so that words stay sharp
const MOST_ACROSS = 1.4; // labels beside each other, in the picture's width: with more there is no room for words
const FONT = `Figtree, "Liberation Sans", Arial, sans-serif`;

/** The colour of a face's number. @param {number} number from 1 */
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
  const numbered = members.length > 1;
  const frames = members.map((member) => toCanvas(member.box ?? member.face.box, place));
  frames.forEach((frame, i) => drawFrame(context, frame, numbered ? colourOfNumber(members[i].number) : "#ffffff", unit));
  const worded = members.map((member) => labelOf(context, member, members.length, unit));
  const across = worded.reduce((sum, { wide }) => sum + wide, 0);
  const labels = across > MOST_ACROSS * place.width ? worded.map(withoutWords) : worded;
  const area = /** @type {const} */ ([place.left + 4, place.top + place.taken, place.width - 8, place.height - 2 * place.taken]);
  const places = placeLabels(labels.map(({ wide, high }, i) => ({ frame: frames[i], wide, high })), [...area], 10 * unit);
  labels.forEach((label, i) => {
    context.save();
    if (members[i].isPoor) context.globalAlpha *= 0.6;
    drawLabel(context, label, places[i], unit);
    context.restore();
  });
}

/**
 * Lays maps of what spoke for a word over their faces.
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
 * The picture that a video shows, mirrored as on the page, with its faces drawn: a canvas to save.
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
  const unit = Math.max(0.9, Math.min(2.4, (0.9 * canvas.width) / (canvas.clientWidth || canvas.width))); // read at the size it is shown
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

/**
 * What a label says, and how large it is. Among many the numbers stay with the cards: labels must fit beside each other.
 * @param {any} context @param {Member} member @param {number} crowd how many faces there are @param {number} unit
 */
function labelOf(context, { face, number }, crowd, unit) {
  const high = 34 * unit;
  const disc = high - 8 * unit;
  const words = face.certain ? describe(face.emotion) : say("not sure");
  const disagrees = face.rival && face.rival.emotion !== face.emotion ? ` ≠ ${nameOf(face.rival.emotion)}` : "";
  const sure = `${face.certain && crowd < 3 ? sureness(face.emotions[face.emotion]) : ""}${disagrees}`;
  context.font = `600 ${17 * unit}px ${FONT}`;
  const wordsWide = context.measureText(words).width;
  const sureWide = sure ? context.measureText(sure).width + 8 * unit : 0;
  const numberWide = crowd > 1 ? disc + 4 * unit : 0;
  const wide = 4 * unit + numberWide + disc + 8 * unit + wordsWide + sureWide + 14 * unit;
  return { words, sure, wordsWide, numberWide, wide, high, disc, number, emotion: face.certain ? face.emotion : "other" };
}

/** The number and the little face alone; the card says the words. @param {ReturnType<typeof labelOf>} label */
function withoutWords(label) {
  return { ...label, words: "", sure: "", wordsWide: 0, wide: label.high + label.numberWide };
}

/** @param {any} context @param {ReturnType<typeof labelOf>} label @param {number[]} place @param {number} unit */
function drawLabel(context, { words, sure, wordsWide, numberWide, disc, number, emotion }, [left, top, wide, high], unit) {
  context.fillStyle = "rgb(18 20 23 / 82%)";
  context.beginPath();
  context.roundRect(left, top, wide, high, high / 2);
  context.fill();
  let at = left + 4 * unit;
  const middle = top + high / 2;
  if (numberWide) drawNumber(context, at + disc / 2, middle, disc / 2, number, unit);
  at += numberWide;
  drawGlyph(context, at, middle - disc / 2, disc, emotion);
  at += disc + 8 * unit;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `600 ${17 * unit}px ${FONT}`;
  context.fillStyle = "#ffffff";
  context.fillText(words, at, middle + unit);
  context.fillStyle = "rgb(255 255 255 / 72%)";
  context.fillText(sure, at + wordsWide + 8 * unit, middle + unit);
}

/** @param {any} context @param {number} x @param {number} y @param {number} radius @param {number} number @param {number} unit */
function drawNumber(context, x, y, radius, number, unit) {
  context.fillStyle = colourOfNumber(number);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#16181d";
  context.font = `700 ${15 * unit}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(number), x, y + unit);
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
