import assert from "node:assert/strict";
import { test } from "node:test";

import { Rival, pair } from "../../static/js/reading/rival.js";
import { passed, until } from "./sockets.js";

const face = (box, emotion) => ({ box, emotion, certain: true, emotions: { [emotion]: 1 } });
const rival = (place = reading()) => new Rival(async () => place);
const frame = { captured_ms: 0, encoded: Promise.resolve(new ArrayBuffer(1)) };
const always = () => true;

/** A reading that is ready once it is open. */
function reading() {
  return {
    isOpen: false,
    asked: 0,
    open() {},
    close() {
      this.closed = true;
    },
    ready() {
      return this.isOpen ? Promise.resolve() : until(() => this.isOpen);
    },
    async analyse({ model }) {
      this.asked++;
      return { faces: [], model };
    },
  };
}

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

test("nothing is asked while no second model is chosen", async () => assert.equal(await rival().ask(frame, always), null));

test("a second model is asked once its connection stands, and the first does not wait for it until then", async () => {
  const place = reading();
  const arena = rival(place);
  arena.choose("other");
  assert.equal(await arena.ask(frame, always), null);
  place.isOpen = true;
  assert.deepEqual(await arena.ask(frame, always), { faces: [], model: "other" });
});

test("a frozen frame waits for the second model's connection", async () => {
  const place = reading();
  const arena = rival(place);
  arena.choose("other");
  const answer = arena.ask(frame, always, true);
  place.isOpen = true;
  assert.deepEqual(await answer, { faces: [], model: "other" });
});

test("a frame that nobody wants any more once it is encoded goes to no model", async () => {
  const place = Object.assign(reading(), { isOpen: true });
  const arena = rival(place);
  arena.choose("other");
  let isWanted = true;
  const encoded = passed(10).then(() => ((isWanted = false), new ArrayBuffer(1)));
  assert.equal(await arena.ask({ ...frame, encoded }, () => isWanted), null);
  assert.equal(place.asked, 0);
});

test("a model that is given up lets its reading go", async () => {
  const place = Object.assign(reading(), { isOpen: true });
  const arena = rival(place);
  arena.choose("other");
  await arena.ask(frame, always);
  arena.choose("");
  await until(() => place.closed);
});
