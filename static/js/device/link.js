// @ts-check
/** The page's connection to the worker that reads on this device. */

import { findLack } from "./lack.js";

/** @typedef {(done: number, all: number) => void} OnProgress bytes loaded, and bytes in all */

/** The list of the files to load; the site's root is two folders above this one. */
const LIST = new URL("../../../device/files.json", import.meta.url).href;

export class Link {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Promise<void> | undefined} */
  #loaded;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void, onProgress?: OnProgress}>} */
  #asked = new Map();
  #id = 0;
  #makeWorker;
  /** @type {OnProgress} of the latest caller that wants to know the progress */
  #progress = () => {};

  /** @param {() => Worker} [makeWorker] */
  constructor(makeWorker = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })) {
    this.#makeWorker = makeWorker;
  }

  /** Whether all files for reading are loaded. */
  isReady = false;

  /** Loads all files for reading once, and again after a failure. Rejects with a message for the person. @param {OnProgress} [onProgress] */
  load(onProgress) {
    const lack = findLack();
    if (lack) return Promise.reject(new Error(lack));
    this.#progress = onProgress ?? this.#progress;
    this.#loaded ??= this.ask("load", { list: LIST, model: "" }, [], (done, all) => this.#progress(done, all)).then(
      () => void (this.isReady = true),
      (error) => {
        this.#end(error);
        throw error;
      },
    );
    return this.#loaded;
  }

  /** The worker's answer to a task; rejects with a message for the person. @param {string} task @param {object} values @param {Transferable[]} [transfer] @param {OnProgress} [onProgress] @returns {Promise<any>} */
  ask(task, values, transfer = [], onProgress) {
    const id = ++this.#id;
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, task, ...values }, transfer);
    });
  }

  #start() {
    const worker = this.#makeWorker();
    worker.onmessage = ({ data: { id, answer, error, progress } }) => {
      const asked = this.#asked.get(id);
      if (progress) return asked?.onProgress?.(progress.done, progress.all);
      this.#asked.delete(id);
      error ? asked?.reject(new Error(error)) : asked?.resolve(answer);
    };
    worker.onerror = (event) => this.#end(new Error(event.message || "This browser does not run the worker that reads."));
    return worker;
  }

  /** Drops a worker that failed; the next `load` starts another. @param {Error} error */
  #end(error) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#loaded = undefined;
    this.isReady = false;
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}

/** The one worker of this page. */
export const link = new Link();
