import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { ServerReading } from "../../static/js/reading/server.js";
import { FakeSocket, passed, until } from "./sockets.js";

const GONE = { kind: "gone", title: "The server cannot be reached.", detail: "It comes back." };
const frame = { captured_ms: 0, model: "", encode: async () => new ArrayBuffer(1) };
const wanted = () => true;
const readings = [];
afterEach(() => readings.splice(0).forEach((reading) => reading.close()));

/** A reading on a fake socket, the socket's options, and the calls of its listener; `cause` is the cause found after a lost connection. */
function make(cause = GONE) {
  const socket = new FakeSocket();
  const links = [];
  const reading = new ServerReading(() => socket, { onLink: (...link) => links.push(link) }, async () => cause);
  readings.push(reading);
  return { socket, reading, links };
}

test("a frame is answered once there is a connection, and not sent without one", async () => {
  const { socket, reading } = make();
  reading.open();
  assert.equal(await reading.analyse(frame, wanted), null);
  socket.open();
  await reading.ready();
  assert.deepEqual(await reading.analyse(frame, wanted), { faces: [] });
});

test("a frame that is not wanted any more once it is encoded is not sent", async () => {
  const { socket, reading } = make();
  socket.answer = () => assert.fail("it was sent");
  socket.open();
  assert.equal(await reading.analyse(frame, () => false), null);
});

test("a frame that a newer one replaced has no answer", async () => {
  const { socket, reading } = make();
  socket.answer = () => ({ dropped: true });
  socket.open();
  assert.equal(await reading.analyse(frame, wanted), null);
});

test("a refused frame is told in the server's words", async () => {
  const { socket, reading } = make();
  socket.answer = () => ({ error: { status: 413, title: "Too large", detail: "up to 9 bytes" } });
  socket.open();
  await assert.rejects(reading.analyse(frame, wanted), { title: "The server refused the picture.", detail: "up to 9 bytes" });
});

test("who opens again while the connection is being made connects once", () => {
  const { socket, reading } = make();
  reading.open();
  reading.open();
  assert.equal(socket.connects, 1);
});

test("a full server is told and asked again when it said", async () => {
  const { socket, reading, links } = make();
  reading.open();
  socket.refuse({ reason: "all places are taken", retry_after_s: 0.05 });
  assert.equal(links.at(-1)[0], "full");
  assert.equal(socket.connects, 1);
  await until(() => socket.connects === 2);
});

test("a refused socket that was opened again meanwhile leaves that connection alone", async () => {
  const { socket, reading } = make();
  reading.open();
  socket.refuse({ retry_after_s: 0.02 });
  reading.open();
  await passed(60);
  assert.equal(socket.connects, 2);
});

test("a refusal that leaves the socket connected in name ends it, so that it can connect again", async () => {
  const { socket, reading } = make();
  reading.open();
  socket.open();
  socket.refuse({ retry_after_s: 0.02 });
  assert.equal(socket.connected, false);
  await until(() => socket.connects === 2);
});

test("a lost connection is told by its cause", async () => {
  const { socket, reading, links } = make({ kind: "open", title: "The server refuses the live connection.", detail: "" });
  reading.open();
  socket.fail();
  await until(() => links.at(-1)[0] === "lost");
  assert.equal(links.at(-1)[1], "The server refuses the live connection.");
});

test("a server that says that it restarts is told apart from one that is gone, until it is back", async () => {
  const { socket, reading, links } = make();
  reading.open();
  socket.open();
  socket.tell("closing", { detail: "the server restarts; the picture comes back by itself" });
  socket.tell("disconnect", "transport close");
  assert.deepEqual(links.at(-1).slice(0, 2), ["lost", "The server is restarting."]);
  socket.refuse({ reason: "the server is closing" });
  assert.deepEqual(links.at(-1).slice(0, 2), ["lost", "The server is restarting."]);
  socket.open();
  socket.fail();
  await until(() => links.at(-1)[1] === GONE.title);
});

test("a server that answers no more is told, and what is answered later goes on", async () => {
  const { socket, reading, links } = make();
  socket.open();
  socket.delay_ms = 2600;
  const answer = reading.analyse(frame, wanted);
  await until(() => links.at(-1)?.[0] === "silent");
  assert.equal(links.at(-1)[1], "The server has stopped answering.");
  assert.deepEqual(await answer, { faces: [] });
});

for (const [cause, link, title] of [
  [{ kind: "stuck", title: "The server does not answer.", detail: "" }, "lost", "The server does not answer."],
  [{ kind: "open", title: "", detail: "" }, "silent", "The connection is very slow."],
]) {
  test(`a connection that is not made in time is told: ${title}`, async () => {
    const { reading, links } = make(cause);
    reading.open();
    await until(() => links.length > 1);
    assert.deepEqual(links.at(-1).slice(0, 2), [link, title]);
  });
}
