import assert from "node:assert/strict";
import { test } from "node:test";

import { isUnambiguous, kindOf, kindOfBytes } from "../../static/js/photos/kinds.js";

const bytes = (letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

for (const [letters, kind] of [
  ["", "empty"],
  ["\xff\xd8\xff\xe0", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["RIFF1234WEBPVP8 ", "webp"],
  ["RIFF1234AVI LIST", "film"],
  ["GIF89a", "gif"],
  ["BM\x36\x00", "bmp"],
  ["II*\0", "tiff"],
  ["MM\0*", "tiff"],
  ["\0\0\0\x20ftypavif\0\0\0\0mif1", "avif"],
  ["\0\0\0\x20ftypmif1\0\0\0\0mif1avif", "avif"],
  ["\0\0\0\x20ftypheic\0\0\0\0mif1heic", "heic"],
  ["\0\0\0\x20ftypisom\0\0\0\0isomavc1", "film"],
  ["\0\0\0\x14ftypqt  \0\0\0\0qt  ", "film"],
  ["\x1aE\xdf\xa3", "film"],
  ["%PDF-1.7", "document"],
  ["PK\x03\x04", "document"],
  ["a photo, say", "unknown"],
]) {
  test(`${JSON.stringify(letters)} begins a file of kind ${kind}`, () => assert.equal(kindOfBytes(bytes(letters)), kind));
}

test("a file's content decides, whatever its name and type say", async () => {
  const file = new File([bytes("\x89PNG\r\n\x1a\n")], "photo.jpg", { type: "image/jpeg" });
  assert.equal(await kindOf(file), "png");
});

test("only what all take for upright the same way goes as it is", () => {
  assert.ok(isUnambiguous("jpeg", bytes("\xff\xd8\xff\xe1 Exif")));
  assert.ok(!isUnambiguous("jpeg", bytes("\xff\xd8\xff\xe1 http://ns.adobe.com/xap/1.0/")));
  assert.ok(isUnambiguous("png", bytes("\x89PNG IHDR IDAT")));
  assert.ok(!isUnambiguous("png", bytes("\x89PNG IHDR eXIf")));
  assert.ok(!isUnambiguous("webp", bytes("RIFF")));
});
