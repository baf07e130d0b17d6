// @ts-check
/** A picture as the browser shows it and the bytes to send, so that the server reads what the person sees. */

import { findScrambling } from "../camera/readback.js";
import { say } from "../shared/words.js";
import { isUnambiguous, kindOf } from "./kinds.js";

/** @typedef {{bitmap: ImageBitmap | null, sent: Blob, note: string}} Picture `note` tells a person what was changed for sending, if anything */

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_PIXELS = 50_000_000;
const SHRUNK_SIDE_PX = 4096;
const NOTES_BYTES = 256 * 1024;
const QUALITY = 0.92;

const REFUSALS = {
  document: say("This is a document, not a picture. Save the picture in it as JPEG or PNG and drop that."),
  empty: say("This file is empty."),
  unknown: say("This is not a picture that can be read. JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF can be."),
};
const HEIC = say("This browser cannot open HEIC, as iPhones take it. Open the page in Safari, or save the photo as JPEG.");

/** The picture in a file; rejects with a message for the person where the file holds none. @param {File} file @param {import("./kinds.js").Kind} kind @returns {Promise<Picture>} */
export async function openPicture(file, kind) {
  if (kind in REFUSALS) throw new Error(REFUSALS[/** @type {keyof typeof REFUSALS} */ (kind)]);
  const bitmap = await bitmapOf(file);
  if (!bitmap && kind === "heic") return { bitmap, sent: file, note: HEIC };
  if (!bitmap) return { bitmap, sent: file, note: "" }; // for example TIFF, which the server can read
  const isTooMuch = file.size > MOST_BYTES || bitmap.width * bitmap.height > MOST_PIXELS;
  const head = new Uint8Array(await file.slice(0, NOTES_BYTES).arrayBuffer());
  if (findScrambling() || (!isTooMuch && isUnambiguous(kind, head))) return { bitmap, sent: file, note: "" };
  const scale = isTooMuch ? Math.min(1, SHRUNK_SIDE_PX / Math.max(bitmap.width, bitmap.height)) : 1;
  const sent = await encoded(bitmap, scale);
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.round(side * scale));
  return { bitmap, sent: sent ?? file, note: isTooMuch && sent ? say("Shrunk to {width} × {height} for reading.", { width, height }) : "" };
}

/** A file's kind; rejects with a message for the person where the file cannot be read any more. @param {File} file */
export async function kindOfFile(file) {
  try {
    return await kindOf(file);
  } catch {
    throw new Error(say("This file cannot be read: it was moved, deleted or is a folder. Choose it again."));
  }
}

/** The picture upright; null where this browser cannot open it. @param {Blob} file @returns {Promise<ImageBitmap | null>} */
async function bitmapOf(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} bitmap @param {number} scale @returns {Promise<Blob | null>} */
function encoded(bitmap, scale) {
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#ffffff"; // JPEG has no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
