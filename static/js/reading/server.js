// @ts-check
/** Reading on the server: sends frames over a socket, which reconnects by itself. */

import { address, settings } from "../shared/site.js";
import { say } from "../shared/words.js";
import { explainFace } from "../photos/photos.js";
import { findCause } from "./cause.js";
import { Pace } from "./pace.js";
import { ReadingProblem } from "./problem.js";

/** @typedef {import("./reading.js").Frame} Frame */
/** @typedef {import("./reading.js").LinkListener} LinkListener */
/** @typedef {import("../faces/emotions.js").Analysis} Analysis */

const ANSWER_TIMEOUT_MS = 10_000;
const SILENT_MS = 2200; // the longest time without a message to the person, less the time for finding the cause
const OPTIONS = {
  autoConnect: false,
  transports: ["websocket", "polling"], // websocket first; polling is the fallback
  tryAllTransports: true,
  reconnectionDelay: 400,
  reconnectionDelayMax: 1500, // randomised by up to half of it, so that pages are live within 5 s of a restart
};

export class ServerReading {
  #socket;
  #listener;
  #findCause;
  #pace = new Pace();
  #seq = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #overdue;
  /** @type {(() => void)[]} */
  #waiting = [];
  #isRestarting = false; // the server announced a restart
  #isSilent = false;

  /** @param {(options: object) => any} io the Socket.IO client @param {LinkListener} listener @param {typeof findCause} [find] */
  constructor(io, listener, find = findCause) {
    this.#listener = listener;
    this.#findCause = find;
    this.#socket = io({ ...OPTIONS, path: address("socket.io"), forceNew: true });
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", (/** @type {string} */ reason) => this.#disconnected(reason));
    this.#socket.on("connect_error", (/** @type {any} */ error) => this.#refused(error));
    this.#socket.on("closing", () => (this.#isRestarting = true));
  }

  /** The transport's name: "websocket" or "polling". */
  get way() {
    return this.#socket.io.engine?.transport?.name ?? "";
  }

  get room() {
    return this.#pace.room;
  }

  get gap_ms() {
    return this.#pace.gap_ms;
  }

  get stale_ms() {
    return this.#pace.stale_ms;
  }

  get isSlow() {
    return this.#pace.isSlow;
  }

  open() {
    if (!this.#socket.connected) this.#listener.onLink("connecting");
    this.#connect();
  }

  close() {
    clearTimeout(this.#retry);
    clearTimeout(this.#overdue);
    this.#pace.forget();
    this.#socket.disconnect();
  }

  /** @returns {Promise<void>} */
  async ready() {
    if (!this.#socket.connected) await new Promise((resolve) => this.#waiting.push(() => resolve(null)));
  }

  /** @param {Frame} frame @param {() => boolean} isWanted @returns {Promise<Analysis | null>} */
  async analyse(frame, isWanted) {
    const bytes = await this.#encode(frame);
    if (!bytes || !isWanted() || !this.#socket.connected) return null; // an unconnected client would buffer the frame and send it too late
    const sent_ms = performance.now();
    const reply = await this.#ask(bytes, frame);
    if (!reply) return null;
    const work_ms = reply.timing_ms?.total ?? 0;
    this.#pace.answered(performance.now() - sent_ms - work_ms, performance.now(), work_ms);
    if (reply.error) throw new ReadingProblem(say("The server refused the picture."), reply.error.detail);
    return reply.dropped ? null : reply;
  }

  /** The frame in the size that fits the connection, or in the least size if the server accepts no larger one. @param {Frame} frame */
  async #encode(frame) {
    const most = settings().max_frame_bytes ?? Infinity;
    const bytes = await frame.encode(this.#pace.size.side_px, this.#pace.size.quality);
    if (!bytes || bytes.byteLength <= most) return bytes;
    this.#pace.lost();
    const smaller = await frame.encode(this.#pace.size.side_px, this.#pace.size.quality);
    if (!smaller || smaller.byteLength <= most) return smaller;
    throw new ReadingProblem(say("The picture is too large."), say("The server takes smaller pictures than this camera gives."));
  }

  /** @type {import("./reading.js").Reading["explain"]} */
  async explain(frame, model, face) {
    return explainFace(new Blob([(await frame.encoded) ?? ""], { type: "image/jpeg" }), model, face);
  }

  /** The acknowledgement; null where none came. @param {ArrayBuffer} bytes @param {Frame} frame @returns {Promise<any>} */
  async #ask(bytes, { model, time_ms }) {
    const notes = { seq: ++this.#seq, ...(model && { model }), ...(time_ms !== undefined && { time_ms }) };
    const silence = setTimeout(() => void this.#silent(), Math.max(SILENT_MS, this.#pace.stale_ms));
    try {
      return await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck("frame", bytes, notes);
    } catch {
      this.#pace.lost();
      return null;
    } finally {
      clearTimeout(silence);
      this.#isSilent = false;
    }
  }

  /** Reports that an answer is overdue on an open connection. */
  async #silent() {
    if (this.#isSilent || !this.#socket.connected) return;
    this.#isSilent = true;
    this.#listener.onLink("silent", say("The server has stopped answering."), say("This page goes on as soon as it answers again."));
    const cause = await this.#findCause();
    if (!this.#isSilent || !this.#socket.connected) return;
    if (cause.kind === "open") this.#listener.onLink("silent", say("The connection is very slow."), say("Smaller pictures are being tried."));
    if (cause.kind === "offline") this.#listener.onLink("silent", cause.title, cause.detail);
  }

  /** Connects, but not while a connection is being made: the server would refuse a second CONNECT, and the client library would then drop the connection. */
  #connect() {
    if (this.#socket.active) return;
    this.#socket.connect();
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(() => void this.#tellOverdue(), SILENT_MS);
  }

  /** Tells the person that the connection takes long; the client library keeps trying. */
  async #tellOverdue() {
    if (this.#socket.connected || !this.#socket.active) return;
    const cause = await this.#findCause();
    if (this.#socket.connected || !this.#socket.active) return;
    if (cause.kind === "open") this.#listener.onLink("silent", say("The connection is very slow."), say("It is still being made."));
    else this.#listener.onLink("lost", cause.title, cause.detail);
  }

  #connected() {
    clearTimeout(this.#overdue);
    this.#isRestarting = false;
    this.#pace.forget();
    this.#listener.onLink("connected");
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @param {string} reason */
  #disconnected(reason) {
    if (reason === "io client disconnect") return;
    void this.#lost();
    if (!this.#socket.active) this.#tryAgain(0.5); // the server closed the connection; it may be restarting
  }

  /** @param {any} error */
  #refused(error) {
    const after_s = refusedFor_s(this.#socket, error);
    if (after_s) this.#tryAgain(after_s);
    if (after_s && !this.#isRestarting) this.#listener.onLink("full", say("The server is full."), say("All its places are taken. This page tries again by itself."));
    else void this.#lost();
  }

  async #lost() {
    if (this.#isRestarting) return this.#listener.onLink("lost", say("The server is restarting."), say("This page connects again by itself."));
    const cause = await this.#findCause();
    if (!this.#socket.connected && !this.#isRestarting) this.#listener.onLink("lost", cause.title, cause.detail);
  }

  /** @param {number} after_s */
  #tryAgain(after_s) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), after_s * 1000);
  }
}

/**
 * How many seconds to wait where a reachable server refuses the socket; 0 where the client library reconnects by itself.
 * @param {any} socket @param {any} error of its `connect_error`
 */
export function refusedFor_s(socket, error) {
  if (socket.connected) socket.disconnect(); // the library closed the socket but left `connected` set, which would prevent every further connection
  return socket.active ? 0 : Number(error.data?.retry_after_s) || 5;
}
