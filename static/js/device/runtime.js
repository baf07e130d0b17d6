// @ts-check
/** LiteRT in WebAssembly: opens networks from their bytes and runs them. */

import { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from "../../vendor/litert-2.5.3.core.js";

/** @typedef {"plain" | "compat"} Build */

/** The runtime's build for this browser: "plain" uses relaxed SIMD. @returns {Promise<Build>} */
export async function chooseBuild() {
  return (await supportsFeature("relaxedSimd")) ? "plain" : "compat";
}

/** Starts LiteRT; call it once in a worker. @param {Uint8Array} wasm of the build @param {Build} build */
export async function startRuntime(wasm, build) {
  const { default: ModuleFactory } = await import(`../../vendor/litert-2.5.3.${build}.js`);
  const silent = () => {}; // LiteRT logs every accelerator that it does not find
  Object.assign(globalThis, { ModuleFactory, Module: { wasmBinary: wasm, print: silent, printErr: silent } });
  const { warn } = console;
  console.warn = silent; // for the same reason
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

  /** @param {Float32Array} input with as many values as the network's input @returns {Promise<Record<string, Float32Array>>} the outputs by name */
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

  /** Frees the network's memory. */
  close() {
    this.#model.delete();
  }
}
