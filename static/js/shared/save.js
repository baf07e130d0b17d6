// @ts-check
/** Saves files made in the browser, shares them with other apps or copies them; this page sends nothing. */

import { say } from "./words.js";

/** @param {Blob} blob @param {string} name */
export function saveAs(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000); // some browsers read the address late
}

/** Whether this browser can share or copy a picture. */
export function canShare() {
  return "share" in navigator || typeof globalThis.ClipboardItem === "function";
}

/** Shares a picture with other apps, or copies it where sharing is not supported; resolves to the message for the person, if any. @param {Blob} blob @param {string} name @returns {Promise<string>} */
export async function pass(blob, name) {
  const files = [new File([blob], name, { type: blob.type })];
  try {
    if (navigator.canShare?.({ files })) {
      await navigator.share({ files });
      return "";
    }
    await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
    return say("The picture is copied. Paste it where you like.");
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return ""; // the person changed their mind
    return say("This browser does not let the picture be shared. Save it instead.");
  }
}
