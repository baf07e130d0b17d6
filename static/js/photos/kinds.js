// @ts-check
/** Tells a file's kind by its first bytes, because names, and the types that browsers derive from them, may be wrong. Pure. */

/** @typedef {"jpeg" | "png" | "webp" | "gif" | "bmp" | "tiff" | "avif" | "heic" | "film" | "document" | "empty" | "unknown"} Kind */

const HEAD_BYTES = 64;
/** Kinds by the brands in an `ftyp` box, which AVIF, HEIC and films share. @type {[RegExp, Kind][]} */
const BRANDS = [
  [/^(avif|avis)/, "avif"],
  [/^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)/, "heic"],
  [/./, "film"],
];
/** @type {[RegExp, Kind][]} of the first bytes as Latin letters */
const BEGINNINGS = [
  [/^\xff\xd8\xff/, "jpeg"],
  [/^\x89PNG\r\n/, "png"],
  [/^RIFF[^]{4}WEBP/, "webp"],
  [/^RIFF[^]{4}AVI /, "film"],
  [/^GIF8[79]a/, "gif"],
  [/^BM/, "bmp"],
  [/^(II\*\0|MM\0\*)/, "tiff"],
  [/^\x1aE\xdf\xa3/, "film"], // Matroska and WebM
  [/^(FLV|OggS|\0\0\x01[\xba\xb3])/, "film"],
  [/^(%PDF|PK\x03\x04|\xd0\xcf\x11\xe0|<!DOCTYPE|<html|<\?xml|<svg)/i, "document"],
];

/** @param {Blob} file @returns {Promise<Kind>} rejects where the file cannot be read */
export async function kindOf(file) {
  return kindOfBytes(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
}

/** @param {Uint8Array} head the first bytes @returns {Kind} */
export function kindOfBytes(head) {
  if (!head.length) return "empty";
  const letters = String.fromCharCode(...head);
  if (letters.slice(4, 8) === "ftyp") {
    const brands = [letters.slice(8, 12), ...(letters.slice(16).match(/[^]{4}/g) ?? [])];
    // AVIF files may carry HEIC's general brand too, so the specific brand decides.
    const named = brands.some((brand) => /^avi[fs]/.test(brand)) ? "avif" : letters.slice(8, 12);
    return /** @type {[RegExp, Kind]} */ (BRANDS.find(([brand]) => brand.test(named)))[1];
  }
  return BEGINNINGS.find(([beginning]) => beginning.test(letters))?.[1] ?? "unknown";
}

/** Whether browsers and servers agree on a file's orientation: not where it may be stored in other metadata than Exif, or in Exif outside a JPEG. @param {Kind} kind @param {Uint8Array} head the file's start, long enough for the metadata */
export function isUnambiguous(kind, head) {
  if (kind !== "jpeg" && kind !== "png") return false;
  const letters = Array.from({ length: Math.ceil(head.length / 8192) }, (_, i) => String.fromCharCode(...head.subarray(8192 * i, 8192 * (i + 1)))).join("");
  return kind === "jpeg" ? !letters.includes("http://ns.adobe.com/xap/") : !/eXIf|iTXt|zTXt/.test(letters);
}
