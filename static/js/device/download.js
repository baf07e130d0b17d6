// @ts-check
/** Files fetched with their progress told, and unpacked where the host sent them as gzip. */

/** @typedef {{url: string, bytes: number}} RemoteFile `bytes` as they travel */

/**
 * The unpacked content of files, in their order; raises an Error in words.
 * @param {RemoteFile[]} files @param {(doneBytes: number, allBytes: number) => void} onProgress
 * @returns {Promise<Uint8Array[]>}
 */
export async function download(files, onProgress) {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const note = (/** @type {number} */ more) => onProgress(Math.min((done += more), all), all);
  return Promise.all(files.map(async ({ url }) => unpack(await read(url, note))));
}

/** Bytes as they were before gzip; others as they are. Some hosts unpack a .gz on the way, others don't. @param {Uint8Array} bytes */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {string} url @param {(more: number) => void} note told how many bytes came */
async function read(url, note) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || !response.body) throw new Error(`A part of the reading could not be loaded${response ? ` (${response.status})` : ""}. Try again when the server can be reached.`);
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    note(value.length);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
