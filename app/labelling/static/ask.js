// @ts-check
/** Requests to this site's API. */

/** A refusal in the server's words; `status` is 0 where there was no connection. */
export class Refusal extends Error {
  /** @param {number} status @param {string} words */
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/**
 * The JSON that the server replies; with `content` it is sent something.
 * @param {string} path @param {object} [content] @returns {Promise<any>}
 */
export async function ask(path, content) {
  const sent = content && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  const reply = await fetch(path, sent || {}).catch(() => {
    throw new Refusal(0, "");
  });
  const said = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Refusal(reply.status, said.detail || reply.statusText);
  return said;
}

/** A key that no other vote has. `crypto.randomUUID` is missing on http:// pages of another machine. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} id @returns {any} */
export function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`there is no #${id}`);
  return element;
}
