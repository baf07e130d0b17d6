// @ts-check
/** The worker that reads on this device: it turns pixels into the contract's reply and sends nothing. */

import { download, forgetOthers } from "./download.js";
import { Finder } from "./finder.js";
import { Reader } from "./reader.js";
import { chooseBuild, Network, startRuntime } from "./runtime.js";
import { Tracks } from "./tracks.js";

/** @typedef {import("./download.js").RemoteFile} RemoteFile */
/** @typedef {RemoteFile & {name: string, labels: string[], threshold: number}} RemoteModel */
/** @typedef {{runtime: {plain: RemoteFile, compat: RemoteFile}, finder: RemoteFile, judge: RemoteFile, models: RemoteModel[], constants: any}} Files as `device/files.json` lists them */

const WARM_UPS = 4;

/** @type {{reader: Reader, files: Files, base: string} | null} */
let ready = null;
/** Opened models by name. @type {Map<string, import("./reader.js").Model>} */
const models = new Map();
/** The tracks of each stream of frames (the page's, a second model's, a film's) and the time of its last frame. @type {Map<string, {tracks: Tracks, now_s: number}>} */
const talks = new Map();

const tasks = {
  /** Loads all files for reading. @param {{list: string, model: string}} wanted @param {(done: number, all: number) => void} onProgress */
  async load({ list, model }, onProgress) {
    const response = await fetch(list).catch(() => null);
    if (!response?.ok) throw new Error("The list of what reading needs could not be loaded. Try again when the server can be reached.");
    /** @type {Files} */
    const files = await response.json();
    const build = await chooseBuild();
    const chosen = files.models.find(({ name }) => name === model) ?? files.models[0];
    if (!chosen) throw new Error("No model is installed.");
    const [runtime, finder, judge, network] = await download([files.runtime[build], files.finder, files.judge, chosen], list, onProgress);
    void forgetOthers(listed(files), list);
    await startRuntime(runtime, build);
    const { constants } = files;
    ready = { reader: new Reader(new Finder(await Network.open(finder), await Network.open(judge), constants), constants), files, base: list };
    models.set(chosen.name, await opened(chosen, network));
    return { models: files.models.map(({ name }) => name) };
  },

  /** @param {{pixels: ImageData, model: string, seq: number, talk: string, now_s: number}} frame */
  async frame({ pixels, model, seq, talk, now_s }) {
    const { reader, files } = loaded();
    const known = talks.get(talk);
    const tracks = known && now_s >= known.now_s ? known.tracks : new Tracks(files.constants); // a film that starts again gets new tracks
    talks.set(talk, { tracks, now_s });
    return reader.frame(pixels, tracks, await modelOf(model), seq, now_s);
  },

  /** Drops the tracks of a stream of frames. @param {{talk: string}} which */
  async forget({ talk }) {
    talks.delete(talk);
  },

  /** @param {{bitmap: ImageBitmap, model: string}} photo */
  async photo({ bitmap, model }) {
    return loaded().reader.photo(pixelsOf(bitmap), await modelOf(model));
  },

  /** @param {{bitmap?: ImageBitmap, pixels?: ImageData, model: string, box: number[], tilt_deg: number}} asked a photo, or a frame's pixels */
  async explain({ bitmap, pixels, model, box, tilt_deg }) {
    const picture = pixels ?? pixelsOf(/** @type {ImageBitmap} */ (bitmap));
    return loaded().reader.explain(picture, await modelOf(model), box, tilt_deg);
  },

  /** The probabilities of 48×48 grey levels, for tests that compare device and server. @param {{crop: number[], model: string}} asked */
  async crop({ crop, model }) {
    const { network } = await modelOf(model);
    return [...Object.values(await network.run(Float32Array.from(crop)))[0]];
  },
};

self.onmessage = async ({ data: { id, task, ...values } }) => {
  const onProgress = (/** @type {number} */ done, /** @type {number} */ all) => self.postMessage({ id, progress: { done, all } });
  try {
    self.postMessage({ id, answer: await tasks[/** @type {keyof typeof tasks} */ (task)](/** @type {any} */ (values), onProgress) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    values.bitmap?.close();
  }
};

function loaded() {
  if (!ready) throw new Error("Reading on this device is not loaded yet.");
  return ready;
}

/** @param {Files} files */
function listed({ runtime, finder, judge, models: networks }) {
  return [runtime.plain, runtime.compat, finder, judge, ...networks];
}

/** An open model, loaded at its first use; an empty name takes the default one. @param {string} name */
async function modelOf(name) {
  const { files, base } = loaded();
  const remote = name ? files.models.find((each) => each.name === name) : files.models[0];
  if (!remote) throw new Error(`There is no model ${name} on this device.`);
  const known = models.get(remote.name);
  if (known) return known;
  const [network] = await download([remote], base, () => {});
  const model = await opened(remote, network);
  models.set(remote.name, model);
  return model;
}

/** @param {RemoteModel} remote @param {Uint8Array} bytes @returns {Promise<import("./reader.js").Model>} */
async function opened({ name, labels, threshold }, bytes) {
  const network = await Network.open(bytes);
  const grey = new Float32Array(48 * 48).fill(128);
  let ms_per_face = Infinity;
  for (let i = 0; i < WARM_UPS; i++) {
    const started_ms = performance.now();
    await network.run(grey);
    ms_per_face = Math.min(ms_per_face, performance.now() - started_ms);
  }
  return { name, labels, threshold, network, ms_per_face };
}

/** @param {ImageBitmap} bitmap @returns {ImageData} */
function pixelsOf(bitmap) {
  const { width, height } = bitmap;
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true, alpha: false }));
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}
