import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { findCause } from "../../static/js/reading/cause.js";

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** A fake server's answers: a status and a JSON object for each path prefix. @param {Record<string, [number, object]>} answers */
function serve(answers) {
  globalThis.fetch = async (path) => {
    const [status, content] = Object.entries(answers).find(([start]) => String(path).startsWith(start))?.[1] ?? [404, {}];
    return new Response(JSON.stringify(content), { status });
  };
}

test("a refused address is told in the server's own words", async () => {
  serve({ "/healthz": [200, {}], "/api/v1/origin": [403, { detail: "set FACEIT_PROXIES=1" }] });
  const cause = await findCause();
  assert.equal(cause.title, "The server refuses pages of this address.");
  assert.equal(cause.detail, "set FACEIT_PROXIES=1");
});

test("where the address is allowed the way to the socket is in doubt", async () => {
  serve({ "/healthz": [200, {}], "/api/v1/origin": [200, { allowed: true }] });
  const cause = await findCause();
  assert.equal(cause.kind, "open");
  assert.match(cause.detail, /socket.io/);
});

test("a server that is not ready says with which status", async () => {
  serve({ "/healthz": [502, {}] });
  assert.match((await findCause()).detail, /502/);
});

test("a server that cannot be reached is told as such", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("refused"));
  assert.equal((await findCause()).kind, "gone");
});
