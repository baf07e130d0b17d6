// @ts-check
/** The talk with the server: one frame in flight, the newest always next, connected again by itself. */

import { address } from "../shared/site.js";

/** @typedef {import("../faces/emotions.js").Analysis} Analysis */
/**
 * @typedef {object} Listener
 * @property {(analysis: Analysis, timing: {captured_ms: number, latency_ms: number}, goesOn: () => boolean) => void | Promise<void>} onAnalysis the next frame waits for it
 * @property {(state: "connecting" | "connected" | "full" | "lost", words?: string) => void} onLink
 * @property {(title: string, detail: string) => void} onProblem a frame was refused, or failed in this page
 */

const ANSWER_TIMEOUT_MS = 5000;
const AFTER_PROBLEM_MS = 1000;
const AFTER_NOTHING_MS = 50; // a camera that gives nothing is not to keep the page busy
const OPTIONS = {
  autoConnect: false,
  transports: ["websocket", "polling"], // the first try is the good one
  tryAllTransports: true,
  reconnectionDelay: 400,
  reconnectionDelayMax: 1500, // and up to half as much again: live within 5 s of a restart
};

export class Stream {
  /** The model asked for; empty takes the server's own. */
  model = "";
  #socket;
  #listener;
  #seq = 0;
  #run = 0; // a loop goes on while its number is this one
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {(() => void)[]} */
  #waiting = [];
  #isRestarting = false; // the server said so

  /** @param {(options: object) => any} io the Socket.IO client @param {Listener} listener */
  constructor(io, listener) {
    this.#listener = listener;
    this.#socket = io({ ...OPTIONS, path: address("socket.io") });
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", (/** @type {string} */ reason) => this.#disconnected(reason));
    this.#socket.on("connect_error", (/** @type {any} */ error) => this.#refused(error));
    this.#socket.on("closing", () => (this.#isRestarting = true));
  }

  /** Name of the way the bytes take: "websocket" or "polling". */
  get transport() {
    return this.#socket.io.engine?.transport?.name ?? "";
  }

  /**
   * Sends frames until `pause` or `stop`.
   * @param {(goesOn: () => boolean) => Promise<{bytes: ArrayBuffer, captured_ms: number} | null>} capture the next frame
   */
  start(capture) {
    const run = ++this.#run;
    if (!this.#socket.connected) this.#listener.onLink("connecting");
    this.#connect();
    void this.#send(run, capture);
  }

  /** Sends nothing more and forgets what is in flight; the connection stays. */
  pause() {
    this.#run++;
  }

  /** Ends the connection too. */
  stop() {
    this.pause();
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  /** @param {number} run @param {Parameters<Stream["start"]>[0]} capture */
  async #send(run, capture) {
    const goesOn = () => run === this.#run;
    while (goesOn()) {
      try {
        await this.#untilConnected();
        const frame = goesOn() ? await capture(goesOn) : null;
        if (frame && goesOn()) await this.#exchange(frame, goesOn);
        else if (goesOn()) await passed(AFTER_NOTHING_MS);
      } catch (error) {
        if (!goesOn()) return;
        globalThis.reportError?.(error); // for who develops
        await this.#complain("Something went wrong in this page.", error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Sends a frame and hands its answer on. @param {{bytes: ArrayBuffer, captured_ms: number}} frame @param {() => boolean} goesOn */
  async #exchange({ bytes, captured_ms }, goesOn) {
    const sent_ms = performance.now();
    const reply = await this.#ask(bytes);
    if (!reply || reply.dropped || !goesOn()) return;
    if (reply.error) return this.#complain(`The server refused the frame: ${reply.error.title}.`, reply.error.detail);
    await this.#listener.onAnalysis(reply, { captured_ms, latency_ms: performance.now() - sent_ms }, goesOn);
  }

  /** The acknowledgement; null where none came. @param {ArrayBuffer} bytes @returns {Promise<any>} */
  async #ask(bytes) {
    if (!this.#socket.connected) return null; // else the client would keep it and send it stale
    const notes = this.model ? { seq: ++this.#seq, model: this.model } : { seq: ++this.#seq };
    try {
      return await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck("frame", bytes, notes);
    } catch {
      return null;
    }
  }

  /** @param {string} title @param {string} detail */
  async #complain(title, detail) {
    this.#listener.onProblem(title, detail);
    await passed(AFTER_PROBLEM_MS);
  }

  #untilConnected() {
    return this.#socket.connected ? null : new Promise((resolve) => this.#waiting.push(() => resolve(null)));
  }

  /** Not while it connects: a second CONNECT would be refused, and the client library would drop the connection for it. */
  #connect() {
    if (!this.#socket.active) this.#socket.connect();
  }

  #connected() {
    this.#isRestarting = false;
    this.#listener.onLink("connected");
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @param {string} reason */
  #disconnected(reason) {
    if (reason === "io client disconnect") return;
    this.#lost();
    if (!this.#socket.active) this.#tryAgain(0.5); // the server said goodbye: it may be restarting
  }

  /** @param {any} error */
  #refused(error) {
    const after_s = refusedFor_s(this.#socket, error);
    if (after_s) this.#tryAgain(after_s);
    if (after_s && !this.#isRestarting) this.#listener.onLink("full", error.data?.reason ?? error.message);
    else this.#lost();
  }

  #lost() {
    this.#listener.onLink("lost", this.#isRestarting ? "The server restarts." : "The server cannot be reached.");
  }

  /** @param {number} after_s */
  #tryAgain(after_s) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), after_s * 1000);
  }
}

/**
 * For how many seconds a server that is there wants no more of a socket; 0 where the client library tries again by itself.
 * @param {any} socket @param {any} error of its `connect_error`
 */
export function refusedFor_s(socket, error) {
  if (socket.connected) socket.disconnect(); // the library ended it and left this flag, with which it would never connect again
  return socket.active ? 0 : Number(error.data?.retry_after_s) || 5;
}

/** @param {number} wait_ms */
function passed(wait_ms) {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}
