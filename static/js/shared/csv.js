// @ts-check
/** Writes and reads tables as CSV text. A cell that a spreadsheet would run as a formula gets a leading apostrophe. */

const FORMULA = /^[=+\-@\t\r\n]/;
const GUARDED = /^'[=+\-@\t\r\n]/;

/** A table as CSV text. @param {(string | number)[][]} rows */
export function toText(rows) {
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** The rows of CSV text, without the apostrophes before formulas. @param {string} text @returns {string[][]} */
export function toRows(text) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  for (const [, value, end] of text.matchAll(/("(?:[^"]+|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)) {
    row.push(plain(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value));
    if (end === ",") continue;
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
  }
  return rows;
}

/** @param {string} value */
function plain(value) {
  return GUARDED.test(value) ? value.slice(1) : value;
}

/** @param {string | number} value */
function cell(value) {
  const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
