/** The browser's finder gives what the server's does: both are asked the golden vectors. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorsOf, decode, Finder, liveViews, turned, unturned, viewSides } from "../../../static/js/device/finder.js";
import { boxOf, turnOf } from "../../../static/js/device/detection.js";
import { cropFace } from "../../../static/js/device/pixels.js";
import { cut } from "../../../static/js/device/views.js";
import { constants, frame, golden, openNetworks } from "./golden.js";

const near = (a, b, most, what) => assert.ok(Math.abs(a - b) <= most, `${what}: ${a} is not ${b}`);
const apart = (one, other) => Math.max(...one.map((level, i) => Math.abs(level - other[i])));

for (const [name, told] of Object.entries(golden.frames)) {
  const grey = frame(name);

  test(`${name}: the views of a photo and of a live frame`, () => {
    assert.deepEqual(viewSides(grey, constants.find.most_views, constants), told.view_sides);
    assert.deepEqual(liveViews(grey, constants.live).map(({ x, y, side }) => [x, y, side]), told.live_views);
  });

  test(`${name}: the crops that a network reads, upright and turned`, () => {
    told.faces.forEach((face, i) => assert.ok(apart([...cropFace(grey, face)], told.crops[i]) <= 2));
  });

  test(`${name}: turn and box of a face`, () => {
    for (const face of told.faces) {
      near(turnOf(face), face.turn, 1e-9, "turn");
      assert.deepEqual(boxOf(face, grey.width, grey.height), face.box);
    }
  });
}

test("views of any place, size and turn", () => {
  for (const { frame: name, place: [x, y, side, turn_deg], size, pixels } of golden.views) {
    const view = cut(frame(name), { x, y, side, turn_deg }, size);
    assert.ok(apart([...view.pixels], pixels) <= 4, `${[x, y, side, turn_deg]}`); // OpenCV places pixels in steps of 1/32
  }
});

test("the network's numbers are decoded to the same hits", () => {
  const { least, anchors, logits, regressors, hits } = golden.network;
  const all = anchorsOf(constants.network);
  const [scores, numbers] = [new Float32Array(all.length).fill(-100), new Float32Array(16 * all.length)];
  anchors.forEach((anchor, i) => {
    scores[anchor] = logits[i];
    numbers.set(regressors[i], 16 * anchor);
  });
  const found = decode(numbers, scores, all, least, constants.network.overlap);
  assert.equal(found.length, hits.length);
  found.forEach(({ score, points }, i) => {
    near(score, hits[i].score, 1e-6, "score");
    points.flat().forEach((number, k) => near(number, hits[i].points.flat()[k], 1e-3, "point"));
  });
});

test("nothing is decoded where nothing scores", () => {
  const all = anchorsOf(constants.network);
  assert.deepEqual(decode(new Float32Array(16 * all.length), new Float32Array(all.length).fill(-9), all, 0.5, 0.3), []);
});

test("a face of a turned picture lies where it was", () => {
  const grey = { data: Uint8Array.from({ length: 6 }, (_, i) => i), width: 3, height: 2 };
  assert.deepEqual([...turned(grey, 1).data], [2, 5, 1, 4, 0, 3]); // np.rot90
  const face = { x: 0.5, y: 0.5, side: 1, score: 1, tilt_deg: 0, landmarks: null };
  assert.deepEqual([unturned(face, 1, grey).x, unturned(face, 1, grey).y], [2.5, 0.5]);
  assert.deepEqual([unturned(face, 2, grey).x, unturned(face, 2, grey).y], [2.5, 1.5]);
});

test("the networks in the browser's runtime find the same faces", async () => {
  const networks = await openNetworks();
  const finder = new Finder(networks.finder, networks.judge, constants);
  for (const [name, { faces, crops, likeness }] of Object.entries(golden.frames)) {
    const found = await finder.photo(frame(name));
    assert.equal(found.length, faces.length, name);
    found.forEach((face, i) => {
      for (const key of ["x", "y", "side", "tilt_deg"]) near(face[key], faces[i][key], 1.5, `${name} ${key}`);
      near(face.score, faces[i].score, 0.02, `${name} score`);
      face.landmarks.flat().forEach((number, k) => near(number, faces[i].landmarks.flat()[k], 1.5, `${name} landmark`));
    });
    for (const [i, crop] of crops.entries()) {
      const [[told]] = Object.values(await networks.judge.run(Float32Array.from(crop)));
      near(told, likeness[i], 0.02, `${name} likeness`);
    }
  }
});
