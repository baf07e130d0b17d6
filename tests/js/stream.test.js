import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Stream } from "../../static/js/reading/stream.js";
import { FakeSocket, passed, until } from "./sockets.js";

const frame = async () => ({ bytes: new ArrayBuffer(1), captured_ms: 0 });
const streams = [];
afterEach(() => streams.splice(0).forEach((stream) => stream.stop()));

/** A stream on a socket of ours, and what its listener hears. */
function make(listener = {}) {
  const socket = new FakeSocket();
  const heard = { links: [], problems: [], analyses: [] };
  const stream = new Stream(() => socket, {
    onLink: (...link) => heard.links.push(link),
    onProblem: (...problem) => heard.problems.push(problem),
    onAnalysis: (analysis) => void heard.analyses.push(analysis),
    ...listener,
  });
  streams.push(stream);
  return { socket, stream, heard };
}

test("frames are sent one after the other, each once the last is answered", async () => {
  const { socket, stream, heard } = make();
  let inFlight = 0;
  socket.answer = () => {
    inFlight--;
    return { faces: [] };
  };
  stream.start(() => {
    assert.equal(++inFlight, 1);
    return frame();
  });
  socket.open();
  await until(() => heard.analyses.length > 3);
});

test("who starts again while the connection is being made connects once", () => {
  const { socket, stream } = make();
  stream.start(frame);
  stream.pause();
  stream.start(frame);
  assert.equal(socket.connects, 1);
});

test("a refused stream tries again when the server said", async () => {
  const { socket, stream, heard } = make();
  stream.start(frame);
  socket.refuse({ reason: "all places are taken", retry_after_s: 0.05 });
  assert.deepEqual(heard.links.at(-1), ["full", "all places are taken"]);
  assert.equal(socket.connects, 1);
  await until(() => socket.connects === 2);
});

test("a refused stream that was started again meanwhile leaves that connection alone", async () => {
  const { socket, stream } = make();
  stream.start(frame);
  socket.refuse({ retry_after_s: 0.02 });
  stream.start(frame);
  await passed(60);
  assert.equal(socket.connects, 2);
});

test("a refusal that leaves the socket connected in name ends it, so that it can connect again", async () => {
  const { socket, stream } = make();
  stream.start(frame);
  socket.open();
  socket.refuse({ retry_after_s: 0.02 });
  assert.equal(socket.connected, false);
  await until(() => socket.connects === 2);
});

test("an answer that cannot be shown is told in words and the next frame comes", async () => {
  let answers = 0;
  const { socket, stream, heard } = make({
    onAnalysis() {
      if (++answers === 1) throw new Error("no such canvas");
    },
  });
  stream.start(frame);
  socket.open();
  await until(() => answers > 1);
  assert.deepEqual(heard.problems, [["Something went wrong in this page.", "no such canvas"]]);
});

test("a frame that cannot be made is told in words and the next one is asked for", async () => {
  let frames = 0;
  const { socket, stream, heard } = make();
  stream.start(async () => {
    if (++frames === 1) throw new Error("this browser makes image/png and not JPEG");
    return frame();
  });
  socket.open();
  await until(() => heard.analyses.length);
  assert.equal(heard.problems.length, 1);
});

test("what fails after a stop is nobody's problem", async () => {
  const { socket, stream, heard } = make();
  stream.start(async () => {
    stream.stop();
    throw new Error("the camera is gone");
  });
  socket.open();
  await passed(20);
  assert.deepEqual(heard.problems, []);
});

test("a camera without a picture is asked again after a pause and leaves the page its time", async () => {
  const { socket, stream } = make();
  let asked = 0;
  stream.start(async () => {
    if (++asked > 50) stream.stop(); // else a failure would never end
    return null;
  });
  socket.open();
  await passed(130);
  assert.ok(asked > 1 && asked < 10, `asked ${asked} times`);
});

test("a refused frame is told in the server's words", async () => {
  const { socket, stream, heard } = make();
  socket.answer = () => ({ error: { status: 413, title: "Too large", detail: "up to 9 bytes" } });
  stream.start(frame);
  socket.open();
  await until(() => heard.problems.length);
  assert.deepEqual(heard.problems[0], ["The server refused the frame: Too large.", "up to 9 bytes"]);
});

test("a server that says that it restarts is told apart from one that is gone, until it is back", () => {
  const { socket, stream, heard } = make();
  stream.start(frame);
  socket.open();
  socket.tell("disconnect", "transport close");
  assert.deepEqual(heard.links.at(-1), ["lost", "The server cannot be reached."]);
  socket.open();
  socket.tell("closing", { detail: "the server restarts; the picture comes back by itself" });
  socket.tell("disconnect", "transport close");
  assert.deepEqual(heard.links.at(-1), ["lost", "The server restarts."]);
  socket.refuse({ reason: "the server is closing" });
  assert.deepEqual(heard.links.at(-1), ["lost", "The server restarts."]);
  socket.open();
  socket.tell("disconnect", "transport close");
  assert.deepEqual(heard.links.at(-1), ["lost", "The server cannot be reached."]);
});
