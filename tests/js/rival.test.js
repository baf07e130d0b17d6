import assert from "node:assert/strict";
import { test } from "node:test";

import { Rival, pair } from "../../static/js/rival.js";

const face = (box, emotion) => ({ box, emotion, certain: true, emotions: { [emotion]: 1 } });
const rival = () => new Rival(() => ({ connect() {}, disconnect() {} }));

test("a face is paired with the reading that lies on it, and with none elsewhere", () => {
  const [one, two] = pair([face([0, 0, 100, 100], "happy"), face([300, 0, 100, 100], "sad")], [face([305, 2, 100, 100], "angry")]);
  assert.equal(one.rival, undefined);
  assert.equal(two.rival.emotion, "angry");
});

test("agreement is the share of paired readings that say the same", () => {
  const arena = rival();
  assert.equal(arena.agreement, null);
  const faces = [face([0, 0, 100, 100], "happy")];
  arena.compare(faces, { faces: [face([0, 0, 100, 100], "happy")] });
  arena.compare(faces, { faces: [face([0, 0, 100, 100], "sad")] });
  arena.compare(faces, { faces: [] });
  arena.compare(faces, null);
  assert.equal(arena.agreement, 0.5);
});

test("nothing is asked while no second model is chosen", async () => assert.equal(await rival().ask(new ArrayBuffer(1)), null));
