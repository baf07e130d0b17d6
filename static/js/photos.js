// @ts-check
/** A photo file: opened upright by the browser, and sent to the server for its answer. */

/** @typedef {import("./emotions.js").Analysis} Analysis */

const ACCEPTED = ["image/jpeg", "image/png", "image/webp"];

/** The picture of a file, turned upright as its EXIF says; null where this browser cannot open it. @param {Blob} file */
export async function pictureOf(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** The server's answer to a photo; raises an Error in words. @param {File} file @param {string} model empty for the server's own @returns {Promise<Analysis>} */
export async function analysePhoto(file, model) {
  const form = new FormData();
  form.append("photo", await acceptable(file), "photo");
  const query = model ? `?model=${encodeURIComponent(model)}` : "";
  let response;
  try {
    response = await fetch(new URL(`../../api/v1/analyse${query}`, import.meta.url), { method: "POST", body: form });
  } catch {
    throw new Error("The server cannot be reached. Try again in a moment.");
  }
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ? `${problem.detail[0].toUpperCase()}${problem.detail.slice(1)}.`.replace(/\.\.$/, ".") : `The server answered ${response.status}.`);
}

/** The file itself, or a JPEG of it where only the browser can read its kind (AVIF, GIF, HEIC in Safari). @param {File} file @returns {Promise<Blob>} */
async function acceptable(file) {
  if (ACCEPTED.includes(file.type)) return file;
  const picture = await pictureOf(file);
  if (!picture) return file; // the server says in words what it is
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.92));
}
