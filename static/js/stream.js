// @ts-check
/** The talk with the server: one frame in flight, the newest always next, connected again by itself. */

/** @typedef {import("./emotions.js").Analysis} Analysis */
/**
 * @typedef {object} Listener
 * @property {(analysis: Analysis, timing: {captured_ms: number, latency_ms: number}) => void | Promise<void>} onAnalysis the next frame waits for it
 * @property {(state: "connecting" | "connected" | "full" | "lost", words?: string) => void} onLink
 * @property {(problem: {status: number, title: string, detail: string}) => void} onProblem a frame was refused
 */

const ANSWER_TIMEOUT_MS = 5000;
const AFTER_PROBLEM_MS = 1000;
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

  /** @param {(options: object) => any} io the Socket.IO client @param {Listener} listener */
  constructor(io, listener) {
    this.#listener = listener;
    this.#socket = io(OPTIONS);
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", (/** @type {string} */ reason) => this.#disconnected(reason));
    this.#socket.on("connect_error", (/** @type {any} */ error) => this.#refused(error));
  }

  /** Name of the way the bytes take: "websocket" or "polling". */
  get transport() {
    return this.#socket.io.engine?.transport?.name ?? "";
  }

  /**
   * Sends frames until `pause` or `stop`.
   * @param {(signal: () => boolean) => Promise<{bytes: ArrayBuffer, captured_ms: number} | null>} capture the next frame
   */
  start(capture) {
    const run = ++this.#run;
    if (!this.#socket.connected) {
      this.#listener.onLink("connecting");
      this.#socket.connect();
    }
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
      await this.#untilConnected();
      const frame = goesOn() ? await capture(goesOn) : null;
      if (!frame || !goesOn()) continue;
      const sent_ms = performance.now();
      const reply = await this.#ask(frame.bytes);
      if (goesOn() && reply) await this.#hear(reply, { captured_ms: frame.captured_ms, latency_ms: performance.now() - sent_ms });
    }
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

  /** @param {any} reply @param {{captured_ms: number, latency_ms: number}} timing */
  async #hear(reply, timing) {
    if (reply.error) {
      this.#listener.onProblem(reply.error);
      await new Promise((resolve) => setTimeout(resolve, AFTER_PROBLEM_MS));
    } else if (!reply.dropped) {
      await this.#listener.onAnalysis(reply, timing);
    }
  }

  #untilConnected() {
    return this.#socket.connected ? null : new Promise((resolve) => this.#waiting.push(() => resolve(null)));
  }

  #connected() {
    this.#listener.onLink("connected");
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @param {string} reason */
  #disconnected(reason) {
    if (reason === "io client disconnect") return;
    this.#listener.onLink("lost", "The server cannot be reached.");
    if (!this.#socket.active) this.#tryAgain(0.5); // the server said goodbye: it may be restarting
  }

  /** @param {any} error */
  #refused(error) {
    if (this.#socket.active) return this.#listener.onLink("lost", "The server cannot be reached.");
    // Refused in words, by a server that is there; the client library does not try again by itself.
    const after_s = Number(error.data?.retry_after_s) || 5;
    this.#listener.onLink("full", error.data?.reason ?? error.message);
    this.#tryAgain(after_s);
  }

  /** @param {number} after_s */
  #tryAgain(after_s) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), after_s * 1000);
  }
}
