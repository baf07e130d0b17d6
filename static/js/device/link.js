// @ts-check
/** The page's end of the worker that reads on this device. */

/** @typedef {(done: number, all: number) => void} OnProgress bytes loaded, of how many */

export class Link {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Promise<void> | undefined} */
  #loaded;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void, onProgress?: OnProgress}>} */
  #asked = new Map();
  #id = 0;
  #makeWorker;

  /** @param {() => Worker} [makeWorker] */
  constructor(makeWorker = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })) {
    this.#makeWorker = makeWorker;
  }

  /** Whether all that reading needs is there. */
  isReady = false;

  /** Loads all that reading needs, once; after a failure again. Rejects in words. @param {string} list address of the list of files @param {string} model @param {OnProgress} [onProgress] */
  load(list, model, onProgress) {
    this.#loaded ??= this.ask("load", { list: new URL(list, document.baseURI).href, model }, [], onProgress).then(
      () => void (this.isReady = true),
      (error) => {
        this.#end(error);
        throw error;
      },
    );
    return this.#loaded;
  }

  /** What the worker answers to a task; rejects in words. @param {string} task @param {object} values @param {Transferable[]} [transfer] @param {OnProgress} [onProgress] @returns {Promise<any>} */
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

  /** The worker is of no more use; the next `load` starts another. @param {Error} error */
  #end(error) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#loaded = undefined;
    this.isReady = false;
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}
