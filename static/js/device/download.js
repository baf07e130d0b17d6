// @ts-check
/** Fetches files, reports the progress, and unpacks files that arrive as gzip. */

/** @typedef {{url: string, bytes: number}} RemoteFile `url` changes with the content; `bytes` is the compressed size */

const KEPT = "lets-face-it-networks"; // holds only files that the server's list names, never pictures

/**
 * The unpacked content of files, in their order. Each file is loaded once and cached for later visits without a network. Rejects with a message for the person.
 * @param {RemoteFile[]} files @param {string} base what their addresses are relative to @param {(doneBytes: number, allBytes: number) => void} onProgress
 * @returns {Promise<Uint8Array[]>}
 */
export async function download(files, base, onProgress) {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const cache = await openCache();
  let done = 0;
  const note = (/** @type {number} */ more) => onProgress(Math.min((done += more), all), all);
  return Promise.all(files.map(async ({ url }) => unpack(await read(new URL(url, base).href, cache, note))));
}

/** Deletes cached files that the list no longer names. @param {RemoteFile[]} files @param {string} base */
export async function forgetOthers(files, base) {
  const cache = await openCache();
  const wanted = new Set(files.map(({ url }) => new URL(url, base).href));
  const home = new URL(".", base).href; // another site may use this host
  for (const { url } of (await cache?.keys()) ?? []) if (url.startsWith(home) && !wanted.has(url)) await cache?.delete(url);
}

/** The bytes, unpacked if they are gzip; some hosts send a .gz file with Content-Encoding, and the browser unpacks it. @param {Uint8Array} bytes */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The page's cache; null where the browser offers none. @returns {Promise<Cache | null>} */
async function openCache() {
  return (await globalThis.caches?.open(KEPT).catch(() => null)) ?? null;
}

/** @param {string} url @param {Cache | null} cache @param {(more: number) => void} note called with the number of new bytes */
async function read(url, cache, note) {
  const kept = await cache?.match(url);
  const response = kept ?? (await fetch(url).catch(() => null));
  if (!response?.ok || !response.body) throw new Error(`A part of what reading needs could not be loaded${response ? ` (${response.status})` : ""}. Try again when the server can be reached.`);
  const parts = [];
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    note(value.length);
  }
  const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
  if (!kept) await cache?.put(url, new Response(whole)).catch(() => {}); // full storage: the next visit loads it again
  return whole;
}
