// @ts-check
/** A photo file: opened upright by the browser, and sent to the server for its answer. */

import { address } from "../shared/site.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */

const ACCEPTED = ["image/jpeg", "image/png", "image/webp"];
const BUSY = [429, 503];
const ATTEMPTS = 4;
const LONGEST_WAIT_S = 20;

/** The picture of a file, turned upright as its EXIF says; null where this browser cannot open it. @param {Blob} file */
export async function pictureOf(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** The server's answer to a photo; a busy server is asked again; raises an Error in words. @param {File} file @param {string} model empty for the server's own @returns {Promise<Analysis>} */
export async function analysePhoto(file, model) {
  const photo = await acceptable(file);
  for (let attempt = 1; ; attempt++) {
    const response = await send("analyse", photo, { model });
    if (response.ok) return response.json();
    if (!BUSY.includes(response.status) || attempt === ATTEMPTS) throw new Error(await wordsOf(response));
    const wait_s = Math.min(LONGEST_WAIT_S, Number(response.headers.get("Retry-After")) || 1);
    await new Promise((resolve) => setTimeout(resolve, wait_s * 1000));
  }
}

/**
 * Which parts of a face of a photo spoke for its word; raises an Error in words.
 * @param {File | Blob} file @param {string} model @param {import("../faces/emotions.js").Face} face @returns {Promise<import("../faces/heat.js").Explanation>}
 */
export async function explainFace(file, model, { box, tilt_deg = 0 }) {
  const response = await send("explain", await acceptable(file), { model, box: String(box), tilt_deg: String(tilt_deg) });
  if (response.ok) return response.json();
  throw new Error(await wordsOf(response));
}

/** @param {"analyse" | "explain"} what @param {Blob} photo @param {Record<string, string>} choices empty ones are left to the server */
async function send(what, photo, choices) {
  const form = new FormData();
  form.append("photo", photo, "photo"); // the file's own name is nobody's business
  const query = new URLSearchParams(Object.entries(choices).filter(([, value]) => value));
  try {
    return await fetch(address(`api/v1/${what}?${query}`), { method: "POST", body: form });
  } catch {
    throw new Error("The server cannot be reached. Try again in a moment.");
  }
}

/** @param {Response} response */
async function wordsOf(response) {
  const { detail = "" } = await response.json().catch(() => ({}));
  if (!detail) return `The server answered ${response.status}.`;
  return `${detail[0].toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? "" : "."}`;
}

/** The file itself, or a JPEG of it where only the browser can read its kind (AVIF, GIF, HEIC in Safari). @param {Blob} file @returns {Promise<Blob>} */
async function acceptable(file) {
  if (ACCEPTED.includes(file.type)) return file;
  const picture = await pictureOf(file);
  if (!picture) return file; // the server says in words what it is
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.92));
}
