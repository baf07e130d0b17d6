// @ts-check
/** LiteRT in WebAssembly: networks opened from their bytes, numbers in, numbers out. */

import { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from "../../vendor/litert-2.5.3.core.js";

/** @typedef {"plain" | "compat"} Build */

/** WebAssembly SIMD in one small function, i8x16.splat: as wasm-feature-detect asks. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/** What this browser lacks, in words; empty where nothing. */
export function findLack() {
  if (typeof WebAssembly !== "object") return "this browser has no WebAssembly";
  if (!WebAssembly.validate(SIMD)) return "this browser's WebAssembly has no SIMD";
  if (typeof DecompressionStream !== "function") return "this browser can't unpack gzip (DecompressionStream)";
  return "";
}

/** The runtime's build for this browser: "plain" uses relaxed SIMD. @returns {Promise<Build>} */
export async function chooseBuild() {
  return (await supportsFeature("relaxedSimd")) ? "plain" : "compat";
}

/** Starts LiteRT. Once in a worker. @param {Uint8Array} wasm of the build @param {Build} build */
export async function startRuntime(wasm, build) {
  const { default: ModuleFactory } = await import(`../../vendor/litert-2.5.3.${build}.js`);
  const silent = () => {}; // it tells of every accelerator that it did not find
  Object.assign(globalThis, { ModuleFactory, Module: { wasmBinary: wasm, print: silent, printErr: silent } });
  const { warn } = console;
  console.warn = silent; // likewise
  try {
    await loadLiteRt("taken from ModuleFactory");
  } finally {
    console.warn = warn;
  }
}

/** An open network with one input of float32. */
export class Network {
  #model;
  #shape;
  #outputs;

  /** @param {any} model a CompiledModel */
  constructor(model) {
    this.#model = model;
    this.#shape = [...model.getInputDetails()[0].shape];
    this.#outputs = model.getOutputDetails().map((/** @type {any} */ { name }) => name);
  }

  /** @param {Uint8Array} bytes of a .tflite file @returns {Promise<Network>} */
  static async open(bytes) {
    return new Network(await loadAndCompile(bytes, { accelerator: "wasm" }));
  }

  /** @param {Float32Array} input as many numbers as the input holds @returns {Promise<Record<string, Float32Array>>} the outputs by name */
  async run(input) {
    const tensor = new Tensor(input, this.#shape);
    const answers = await this.#model.run([tensor]);
    tensor.delete();
    return Object.fromEntries(
      answers.map((/** @type {any} */ answer, /** @type {number} */ i) => {
        const numbers = answer.toTypedArray();
        answer.delete();
        return [this.#outputs[i], numbers];
      }),
    );
  }

  /** Gives its memory back. */
  close() {
    this.#model.delete();
  }
}
