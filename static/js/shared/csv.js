// @ts-check
/** Tables as CSV text, and back. A text that a spreadsheet would run as a formula gets an apostrophe before it. */

const FORMULA = /^[=+\-@\t\r\n]/;
const GUARDED = /^'[=+\-@\t\r\n]/;

/** The text of a table. @param {(string | number)[][]} rows */
export function toText(rows) {
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** The rows of a table's text, apostrophes before formulas taken off. @param {string} text @returns {string[][]} */
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
