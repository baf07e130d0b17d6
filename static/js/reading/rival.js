// @ts-check
/** A second model that reads the same frames, over a connection of its own: the server follows faces by connection. */

import { overlap } from "../faces/cast.js";
import { address } from "../shared/site.js";
import { refusedFor_s } from "./stream.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/** @typedef {import("../faces/emotions.js").Face} Face */

const ANSWER_TIMEOUT_MS = 3000;
const PATIENCE_MS = 700; // the first model goes on without the second
const SAME_FROM_OVERLAP = 0.4;
const REMEMBERED = 300; // comparisons that the share of agreement is taken from

export class Rival {
  /** Name of the model; empty while there is none. */
  model = "";
  #socket;
  #seq = 0;
  #isBusy = false;
  #mayConnect_ms = 0; // a full server says when
  /** @type {boolean[]} */
  #agreed = [];

  /** @param {(options: object) => any} io the Socket.IO client */
  constructor(io) {
    this.#socket = io({ path: address("socket.io"), autoConnect: false, forceNew: true, transports: ["websocket", "polling"], tryAllTransports: true });
    this.#socket.on("connect_error", (/** @type {any} */ error) => {
      this.#mayConnect_ms = performance.now() + 1000 * refusedFor_s(this.#socket, error);
    });
  }

  /** @param {string} model empty to have none */
  choose(model) {
    this.model = model;
    this.#agreed = [];
    if (!model) this.#socket.disconnect();
  }

  /** Lets the connection go until it is needed again. */
  rest() {
    this.#socket.disconnect();
  }

  /** The second model's answer; null where there is none in time. @param {ArrayBuffer} bytes @returns {Promise<Analysis | null>} */
  async ask(bytes) {
    if (!this.model) return null;
    if (!this.#socket.connected) {
      if (!this.#socket.active && performance.now() >= this.#mayConnect_ms) this.#socket.connect();
      return null;
    }
    if (this.#isBusy) return null;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
    return Promise.race([this.#answer(bytes), late]);
  }

  /** @param {ArrayBuffer} bytes */
  async #answer(bytes) {
    this.#isBusy = true;
    try {
      const reply = await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck("frame", bytes, { seq: ++this.#seq, model: this.model });
      return reply.error || reply.dropped ? null : reply;
    } catch {
      return null;
    } finally {
      this.#isBusy = false;
    }
  }

  /** The faces, each with what the second model says of it. @param {Face[]} faces @param {Analysis | null} analysis @returns {Face[]} */
  compare(faces, analysis) {
    if (!analysis) return faces;
    const compared = pair(faces, analysis.faces);
    this.#agreed.push(...compared.flatMap((face) => (face.rival ? [face.rival.emotion === face.emotion] : [])));
    this.#agreed.splice(0, this.#agreed.length - REMEMBERED);
    return compared;
  }

  /** Share of the latest readings in which both said the same; null before there is one. */
  get agreement() {
    return this.#agreed.length ? this.#agreed.filter(Boolean).length / this.#agreed.length : null;
  }
}

/** Each face with the rival that lies on it, where there is one. @param {Face[]} faces @param {Face[]} rivals @returns {Face[]} */
export function pair(faces, rivals) {
  return faces.map((face) => {
    const rival = rivals.find((each) => overlap(each.box, face.box) > SAME_FROM_OVERLAP);
    return rival ? { ...face, rival } : face;
  });
}
