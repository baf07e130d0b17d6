// @ts-check
/** Reads photos on this device: the browser decodes them, the worker reads them, nothing is sent. */

import { say } from "../shared/words.js";
import { link } from "./link.js";

const MOST_PX = 4096; // a photo's longer side; larger photos are reduced to save the worker's memory

/** The reply to a photo; rejects with a message for the person. @param {Blob} file @param {string} model @returns {Promise<import("../faces/emotions.js").Analysis>} */
export async function analyse(file, model) {
  const bitmap = await bitmapOf(file);
  return link.ask("photo", { bitmap, model }, [bitmap]);
}

/** Which parts of a photo's face support its word; rejects with a message for the person. @param {Blob} file @param {string} model @param {import("../faces/emotions.js").Face} face @returns {Promise<import("../faces/heat.js").Explanation>} */
export async function explain(file, model, { box, tilt_deg = 0 }) {
  const bitmap = await bitmapOf(file);
  return link.ask("explain", { bitmap, model, box, tilt_deg }, [bitmap]);
}

/** @param {Blob} file @returns {Promise<ImageBitmap>} upright, at most MOST_PX wide and high */
async function bitmapOf(file) {
  await link.load();
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Error(say("This browser cannot open the file as a picture."));
  });
  const scale = MOST_PX / Math.max(whole.width, whole.height);
  if (scale >= 1) return whole;
  const small = await createImageBitmap(whole, { resizeWidth: Math.round(scale * whole.width), resizeHeight: Math.round(scale * whole.height), resizeQuality: "high" });
  whole.close();
  return small;
}
