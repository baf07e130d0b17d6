// @ts-check
/** Reads photos on the server, and describes failures in words. */

import { findCause } from "../reading/cause.js";
import { address } from "../shared/site.js";
import { say } from "../shared/words.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */

const BUSY = [429, 503];
const ATTEMPTS = 4;
const LONGEST_WAIT_S = 20;

/** The server's answer to a photo; asks a busy server again; rejects with a message for the person. @param {Blob} photo @param {string} model empty for the server's default @returns {Promise<Analysis>} */
export async function analysePhoto(photo, model) {
  for (let attempt = 1; ; attempt++) {
    const response = await send("analyse", photo, { model });
    if (response.ok) return response.json();
    if (!BUSY.includes(response.status) || attempt === ATTEMPTS) throw new Error(await wordsOf(response));
    const wait_s = Math.min(LONGEST_WAIT_S, Number(response.headers.get("Retry-After")) || 1);
    await new Promise((resolve) => setTimeout(resolve, wait_s * 1000));
  }
}

/**
 * Which parts of a photo's face support its word; rejects with a message for the person.
 * @param {Blob} photo @param {string} model @param {import("../faces/emotions.js").Face} face @returns {Promise<import("../faces/heat.js").Explanation>}
 */
export async function explainFace(photo, model, { box, tilt_deg = 0 }) {
  const response = await send("explain", photo, { model, box: String(box), tilt_deg: String(tilt_deg) });
  if (response.ok) return response.json();
  throw new Error(await wordsOf(response));
}

/** @param {"analyse" | "explain"} what @param {Blob} photo @param {Record<string, string>} choices empty ones are left to the server */
async function send(what, photo, choices) {
  const form = new FormData();
  form.append("photo", photo, "photo"); // the file's own name is not sent
  const query = new URLSearchParams(Object.entries(choices).filter(([, value]) => value));
  try {
    return await fetch(address(`api/v1/${what}?${query}`), { method: "POST", body: form });
  } catch {
    throw new Error(await whyUnsent(photo));
  }
}

/** Why the photo could not be sent: the file cannot be read any more, or the server cannot be reached. @param {Blob} photo */
async function whyUnsent(photo) {
  try {
    await photo.slice(0, 1).arrayBuffer();
  } catch {
    return say("This file cannot be read any more: it was moved or deleted. Choose it again.");
  }
  const { kind, title } = await findCause();
  return kind === "open" ? say("The picture did not get through. Try again.") : `${title} ${say("Try again in a moment.")}`;
}

/** @param {Response} response */
async function wordsOf(response) {
  const known = { 413: say("This picture is too large for the server."), 429: say("Many pictures came from your address. Try again in a minute."), 503: say("The server is busy. Try again in a moment.") }[response.status];
  if (known) return known;
  if (response.status === 415) return say("This is not a picture that the server can read.");
  const { detail = "" } = await response.json().catch(() => ({}));
  return detail ? `${detail[0].toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? "" : "."}` : say("The server answered {status}.", { status: response.status });
}
