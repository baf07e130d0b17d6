// @ts-check
/** Files fetched with their progress told, and unpacked where the host sent them as gzip. */

/** @typedef {{url: string, bytes: number}} RemoteFile `url` changes with the content; `bytes` as they travel */

const KEPT = "lets-face-it-networks"; // none but what the server's list names: nothing that anyone showed

/**
 * The unpacked content of files, in their order, loaded once and kept for later visits without a server; rejects in words.
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

/** Lets those kept files go that a list does not name any more. @param {RemoteFile[]} files @param {string} base */
export async function forgetOthers(files, base) {
  const cache = await openCache();
  const wanted = new Set(files.map(({ url }) => new URL(url, base).href));
  const home = new URL(".", base).href; // another site may live on this host
  for (const { url } of (await cache?.keys()) ?? []) if (url.startsWith(home) && !wanted.has(url)) await cache?.delete(url);
}

/** Bytes as they were before gzip; others as they are. Some hosts unpack a .gz on the way, others don't. @param {Uint8Array} bytes */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Null where the browser keeps nothing for this page. @returns {Promise<Cache | null>} */
async function openCache() {
  return (await globalThis.caches?.open(KEPT).catch(() => null)) ?? null;
}

/** @param {string} url @param {Cache | null} cache @param {(more: number) => void} note told how many bytes came */
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
