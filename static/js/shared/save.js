// @ts-check
/** Hands a file to the person: made in the browser, sent nowhere. */

/** @param {Blob} blob @param {string} name */
export function saveAs(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000); // some browsers read it late
}
