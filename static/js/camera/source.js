// @ts-check
/** The source of frames: a camera or the demo, played in the page's video element. */

import { WakeLock } from "../device/wakelock.js";
import { Encoder } from "../reading/encoder.js";
import { say } from "../shared/words.js";
import { CameraProblem, idOf, listCameras, looksAway, openCamera, sideOf } from "./camera.js";
import { nextFrame } from "./capture.js";
import { openDemo } from "./demo.js";
import { Player } from "./player.js";
import { findScrambling } from "./readback.js";

export { findHindrance } from "./camera.js";

/** @typedef {import("../reading/reading.js").Frame & {encoded: Promise<ArrayBuffer | null>}} TakenFrame `encoded` resolves to the JPEG bytes once they were asked for, or to null once pixels were */
/** @typedef {"camera" | "demo"} Kind */

export class Source {
  /** @type {Kind} */
  kind = "camera";
  #video;
  #player;
  #encoder = new Encoder();
  #number = 0;
  #wakeLock = new WakeLock();

  /** @param {HTMLVideoElement} video @param {() => void} onEnded the stream ended by itself */
  constructor(video, onEnded) {
    this.#video = video;
    this.#player = new Player(video, onEnded);
  }

  get isOpen() {
    return this.#player.stream !== null;
  }

  get isFrozen() {
    return this.#player.isFrozen;
  }

  /** Width and height of the picture in pixels; zero while there is none. */
  get shape() {
    return { width: this.#video.videoWidth, height: this.#video.videoHeight };
  }

  /** Whether the picture should be shown mirrored. */
  get isOfPerson() {
    return this.kind === "camera" && this.#player.stream !== null && !looksAway(this.#player.stream);
  }

  /** Opens a camera, or the demo; rejects with a CameraProblem. @param {Kind} kind @param {{id?: string, facing?: string, faces?: string[]}} [wishes] a camera's id or the side it looks to, or the demo's pictures */
  async open(kind, { id, facing, faces = [] } = {}) {
    const hindrance = findScrambling();
    if (hindrance) throw hindrance;
    this.#player.stop(); // before the next one opens: some phones lend only one camera at a time
    this.kind = kind;
    await this.#player.play(kind === "demo" ? await openDemo(faces) : await openCamera(id, facing));
    void this.#wakeLock.hold();
  }

  /** Stops the stream and releases the frames that were taken from it. */
  stop() {
    this.#player.stop();
    void this.#wakeLock.release();
    this.#encoder.forget();
  }

  freeze() {
    this.#player.freeze();
  }

  /** @returns {Promise<void>} */
  thaw() {
    return this.#player.thaw();
  }

  /** The camera's facing mode: "user", "environment", or empty where it reports none. */
  get facing() {
    return this.#player.stream ? sideOf(this.#player.stream) : "";
  }

  /** The cameras to choose from, the id of the playing camera, and whether another camera faces the other side; no cameras for the demo. */
  async cameras() {
    const { stream } = this.#player;
    if (!stream || this.kind === "demo") return { cameras: [], current: "", canFlip: false };
    const cameras = await listCameras();
    return { cameras, current: idOf(stream), canFlip: cameras.length > 1 && sideOf(stream) !== "" };
  }

  /** The next new frame, or the frozen frame; null where the camera gives no frame. @param {string} model @returns {Promise<TakenFrame | null>} */
  async frame(model) {
    const captured_ms = this.isFrozen ? performance.now() : await nextFrame(this.#video);
    if (captured_ms === null || !this.isOpen) return null;
    const [video, encoder, number] = [this.#video, this.#encoder, ++this.#number];
    /** @type {(bytes: ArrayBuffer | null | Promise<ArrayBuffer | null>) => void} */
    let keep = () => {};
    /** @type {Promise<ArrayBuffer | null>} */
    let encoded = new Promise((resolve) => (keep = resolve));
    /** @type {Promise<ImageData | null> | undefined} taken once; a second model reads the same pixels */
    let pixels;
    return {
      captured_ms,
      model,
      get encoded() {
        return encoded;
      },
      encode(side_px, quality) {
        const bytes = encoder.encode(video, number, side_px, quality);
        keep(bytes); // for callers that already wait for it
        encoded = bytes;
        return bytes;
      },
      pixels(side_px) {
        keep(null);
        return (pixels ??= encoder.pixels(video, number, side_px));
      },
      look: (places) => encoder.look(number, places),
    };
  }
}

/** The message for a person whose picture did not start. @param {unknown} error @returns {CameraProblem} */
export function wordsFor(error) {
  return error instanceof CameraProblem ? error : new CameraProblem(say("The picture did not start."), String(error));
}
