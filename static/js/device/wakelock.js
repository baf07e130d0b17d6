// @ts-check
/** Keeps the screen awake while a picture is live, if the browser supports it. */

export class WakeLock {
  #wanted = false;
  /** @type {WakeLockSentinel | null} */
  #lock = null;

  /** @param {Pick<Navigator, "wakeLock">} [navigator] @param {Pick<Document, "hidden" | "addEventListener">} [document] */
  constructor(navigator = globalThis.navigator, document = globalThis.document) {
    this.navigator = navigator;
    this.document = document;
    document.addEventListener("visibilitychange", () => void this.#take()); // browsers release the lock of a hidden page
  }

  hold() {
    this.#wanted = true;
    return this.#take();
  }

  async release() {
    this.#wanted = false;
    const lock = this.#lock;
    this.#lock = null;
    await lock?.release();
  }

  async #take() {
    if (!this.#wanted || this.document.hidden || (this.#lock && !this.#lock.released)) return;
    try {
      this.#lock = await this.navigator.wakeLock?.request("screen");
    } catch {
      this.#lock = null; // refused because of a low battery or a policy: the screen may sleep
    }
    if (!this.#wanted) await this.release();
  }
}
