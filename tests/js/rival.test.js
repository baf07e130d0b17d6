import assert from "node:assert/strict";
import { test } from "node:test";

import { Rival, pair } from "../../static/js/reading/rival.js";
import { FakeSocket, passed } from "./sockets.js";

const face = (box, emotion) => ({ box, emotion, certain: true, emotions: { [emotion]: 1 } });
const rival = (socket = new FakeSocket()) => new Rival(() => socket);
const bytes = new ArrayBuffer(1);

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

test("nothing is asked while no second model is chosen", async () => assert.equal(await rival().ask(bytes), null));

test("frames that come while the connection is being made connect it once", async () => {
  const socket = new FakeSocket();
  const arena = rival(socket);
  arena.choose("other");
  for (let i = 0; i < 5; i++) assert.equal(await arena.ask(bytes), null);
  assert.equal(socket.connects, 1);
  socket.open();
  assert.deepEqual(await arena.ask(bytes), { faces: [] });
});

test("a full server is asked again no sooner than it said", async () => {
  const socket = new FakeSocket();
  const arena = rival(socket);
  arena.choose("other");
  await arena.ask(bytes);
  socket.refuse({ retry_after_s: 0.1 });
  await arena.ask(bytes);
  assert.equal(socket.connects, 1);
  await passed(150);
  await arena.ask(bytes);
  assert.equal(socket.connects, 2);
});

test("a connection that is one in name only is made anew", async () => {
  const socket = new FakeSocket();
  const arena = rival(socket);
  arena.choose("other");
  await arena.ask(bytes);
  socket.open();
  socket.refuse({ retry_after_s: 0.01 });
  await passed(30);
  await arena.ask(bytes);
  assert.equal(socket.connects, 2);
});
