import assert from "node:assert/strict";
import { test } from "node:test";

import { parse, toCsv, toJson } from "../../static/js/record/session.js";
import { toRows, toText } from "../../static/js/shared/csv.js";

const FORMULAS = ['=HYPERLINK("https://evil.example","x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"];

test("a text that a spreadsheet would run gets an apostrophe before it, a number none", () => {
  for (const formula of FORMULAS) assert.match(toText([[formula]]), /^"?'/);
  assert.equal(toText([["a", -1, "'=x"]]), "a,-1,'=x\r\n");
});

test("a table survives its text", () => {
  const rows = [["a", "", "b,c"], ['"', '""', 'x"y'], ["1", "two\nlines", "'"], ...FORMULAS.map((formula) => [formula, "x", "y"])];
  assert.deepEqual(toRows(toText(rows)), rows);
});

test("a session that somebody made up brings no formula into a spreadsheet", () => {
  const [label] = FORMULAS;
  const samples = [{ at_s: 1, emotion: label, certain: true, emotions: { [label]: 1 } }];
  const text = JSON.stringify({ format: "lets-face-it-session", version: 1, started: "=1+1", model: "@SUM(A1)", marks: [2], faces: [{ number: 1, samples }] });
  const session = parse(text);
  const table = toCsv(session);
  for (const row of toRows(table)) assert.equal(row.length, 8);
  for (const cell of table.split(/[,\r\n]+/)) assert.doesNotMatch(cell, /^"?[=+@]/);
  assert.deepEqual(parse(table), session);
  assert.deepEqual(parse(toJson(session)), session);
});

test("a record with too many marks is refused in words, and one with very many is read", () => {
  const samples = [{ at_s: 1, emotion: "happy", certain: true, emotions: { happy: 1 } }];
  const record = (/** @type {number} */ number) => JSON.stringify({ format: "lets-face-it-session", version: 1, marks: Array.from({ length: number }, (_, i) => i), faces: [{ number: 1, samples }] });
  assert.throws(() => parse(record(300_000)), /too large/);
  assert.equal(parse(record(90_000)).marks.length, 90_000);
});
