import assert from "node:assert/strict";
import { test } from "node:test";

import { distinct, stemOf, toCsv, toZip } from "../../static/js/photos/photofiles.js";
import { unzipSync } from "../../static/vendor/fflate-0.8.3.esm.js";

const analysis = (...emotions) => ({ model: "cnn", width: 64, height: 48, timing_ms: {}, faces: emotions.map((emotion) => ({ box: [1, 2, 3, 4], emotion, certain: true, emotions: { happy: 0.75, sad: 0.25 } })) });

test("no photo makes a table of its head alone", () => assert.match(toCsv([]), /^photo,.*certain\r\n$/));

test("a row a face, and one for a photo without a face", () => {
  const rows = toCsv([{ name: "a.jpg", analysis: analysis("happy", "happy") }, { name: "b.jpg", analysis: analysis() }]).trim().split("\r\n");
  assert.equal(rows[1], "a.jpg,64,48,cnn,1,1,2,3,4,happy,1,0.75,0.25");
  assert.equal(rows[3], "b.jpg,64,48,cnn,,,,,,,,,");
});

test("names cannot break the table or run in it", () => {
  const rows = toCsv([{ name: '=1+1, "x".jpg', analysis: analysis() }]).split("\r\n");
  assert.ok(rows[1].startsWith(`"'=1+1, ""x"".jpg",64`));
});

test("the archive holds the table, the answers and the pictures under names of their own", async () => {
  const drawn = new Blob([new Uint8Array([1, 2, 3])]);
  const zip = await toZip([{ name: "a.jpg", analysis: analysis("happy"), drawn }, { name: "a.png", analysis: analysis(), drawn: null }]);
  const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  assert.deepEqual(Object.keys(files).sort(), ["a 2.json", "a.jpg", "a.json", "faces.csv"]);
  assert.deepEqual([...files["a.jpg"]], [1, 2, 3]);
});

test("file names are made harmless and distinct", () => {
  assert.equal(stemOf("../x/y.tar.jpg"), ".._x_y.tar");
  assert.equal(stemOf(".jpg"), "photo");
  assert.deepEqual(distinct(["a", "a", "a 2"]), ["a", "a 2", "a 2 2"]);
});
