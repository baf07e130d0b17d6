// @ts-check
/** Finds out why the live connection fails, with a simple request to the server. */

import { address } from "../shared/site.js";
import { say } from "../shared/words.js";

/** @typedef {{kind: "open" | "offline" | "stuck" | "gone" | "other", title: string, detail: string}} Cause */

const PATIENCE_MS = 2000;

/** The cause of a failed live connection, with the message for the person and the advice. @returns {Promise<Cause>} */
export async function findCause() {
  if (globalThis.navigator?.onLine === false) return { kind: "offline", title: say("You are offline."), detail: say("This page connects again by itself as soon as your network is back.") };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const response = await fetch(address("healthz"), { cache: "no-store", signal: stop.signal });
    return response.ok ? await open(stop.signal) : { kind: "other", title: say("The server is not ready."), detail: say("It answers {status}. This page tries again by itself.", { status: response.status }) };
  } catch {
    if (stop.signal.aborted) return { kind: "stuck", title: say("The server does not answer."), detail: say("It may be overloaded. This page connects again by itself.") };
    return { kind: "gone", title: say("The server cannot be reached."), detail: say("This page connects again by itself as soon as it is back.") };
  } finally {
    clearTimeout(timer);
  }
}

/** The cause where the server answers but the live connection fails. @param {AbortSignal} signal @returns {Promise<Cause>} */
async function open(signal) {
  const asked = await fetch(address(`api/v1/origin?origin=${encodeURIComponent(globalThis.location?.origin)}`), { cache: "no-store", signal });
  if (asked.status === 403) return { kind: "open", title: say("The server refuses pages of this address."), detail: (await asked.json()).detail };
  return {
    kind: "open",
    title: say("The server refuses the live connection."),
    detail: say("If you run it, have the proxy pass on /socket.io/ with its Upgrade header. Photos still work."),
  };
}
