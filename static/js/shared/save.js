// @ts-check
/** Hands a file to the person, to another app or to the clipboard: made in the browser, sent nowhere by this page. */

import { say } from "./words.js";

/** @param {Blob} blob @param {string} name */
export function saveAs(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000); // some browsers read it late
}

/** Whether a picture can go to another app or to the clipboard from here. */
export function canShare() {
  return "share" in navigator || typeof globalThis.ClipboardItem === "function";
}

/** Offers a picture to other apps, or copies it where none can be asked. What a person is told, if anything. @param {Blob} blob @param {string} name @returns {Promise<string>} */
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
