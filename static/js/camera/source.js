// @ts-check
/** Where pictures come from: a camera or the demo, played in the page's video and taken from it frame by frame. */

import { WakeLock } from "../device/wakelock.js";
import { Encoder } from "../reading/encoder.js";
import { say } from "../shared/words.js";
import { CameraProblem, idOf, listCameras, looksAway, openCamera, sideOf } from "./camera.js";
import { nextFrame } from "./capture.js";
import { openDemo } from "./demo.js";
import { Player } from "./player.js";
import { findScrambling } from "./readback.js";

export { findHindrance } from "./camera.js";

/** @typedef {import("../reading/reading.js").Frame & {encoded: Promise<ArrayBuffer | null>}} TakenFrame `encoded` are the bytes once they were asked for, null once pixels were */
/** @typedef {"camera" | "demo"} Kind */

export class Source {
  /** @type {Kind} */
  kind = "camera";
  #video;
  #player;
  #encoder = new Encoder();
  #number = 0;
  #wakeLock = new WakeLock();

  /** @param {HTMLVideoElement} video @param {() => void} onEnded the picture ended by itself */
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

  /** Width by height of its picture in pixels; zero while there is none. */
  get shape() {
    return { width: this.#video.videoWidth, height: this.#video.videoHeight };
  }

  /** Whether the picture is to be mirrored as a person expects of a mirror. */
  get isOfPerson() {
    return this.kind === "camera" && this.#player.stream !== null && !looksAway(this.#player.stream);
  }

  /** Opens a camera, or the demo; rejects with a CameraProblem. @param {Kind} kind @param {{id?: string, facing?: string, faces?: string[]}} [wishes] a camera's id or the side it looks to, the demo's pictures */
  async open(kind, { id, facing, faces = [] } = {}) {
    const hindrance = findScrambling();
    if (hindrance) throw hindrance;
    this.#player.stop(); // before the next one opens: some phones lend only one camera at a time
    this.kind = kind;
    await this.#player.play(kind === "demo" ? await openDemo(faces) : await openCamera(id, facing));
    void this.#wakeLock.hold();
  }

  /** Lets the picture go, and the frames that were taken of it. */
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

  /** The side that the camera looks to: "user", "environment", or empty where it does not say. */
  get facing() {
    return this.#player.stream ? sideOf(this.#player.stream) : "";
  }

  /** The cameras to choose from, the id of the one that plays, and whether one looks to the other side; none while it is the demo. */
  async cameras() {
    const { stream } = this.#player;
    if (!stream || this.kind === "demo") return { cameras: [], current: "", canFlip: false };
    const cameras = await listCameras();
    return { cameras, current: idOf(stream), canFlip: cameras.length > 1 && sideOf(stream) !== "" };
  }

  /** The next new frame, or the frozen one; null where the camera gives none. @param {string} model @returns {Promise<TakenFrame | null>} */
  async frame(model) {
    const captured_ms = this.isFrozen ? performance.now() : await nextFrame(this.#video);
    if (captured_ms === null || !this.isOpen) return null;
    const [video, encoder, number] = [this.#video, this.#encoder, ++this.#number];
    /** @type {(bytes: ArrayBuffer | null | Promise<ArrayBuffer | null>) => void} */
    let keep = () => {};
    /** @type {Promise<ArrayBuffer | null>} */
    let encoded = new Promise((resolve) => (keep = resolve));
    /** @type {Promise<ImageData | null> | undefined} taken once, for a second model reads the same */
    let pixels;
    return {
      captured_ms,
      model,
      get encoded() {
        return encoded;
      },
      encode(side_px, quality) {
        const bytes = encoder.encode(video, number, side_px, quality);
        keep(bytes); // for those that wait for it already
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

/** What a person is told of a picture that did not start. @param {unknown} error @returns {CameraProblem} */
export function wordsFor(error) {
  return error instanceof CameraProblem ? error : new CameraProblem(say("The picture did not start."), String(error));
}
