// @ts-check
/** Plays a stream in the video element, freezes it and stops it. */

export class Player {
  #video;
  /** @type {MediaStream | null} */
  #stream = null;
  #onEnded;
  #isFrozen = false;

  /** @param {HTMLVideoElement} video @param {() => void} onEnded the stream ended by itself: camera unplugged, lid closed, camera taken by a call */
  constructor(video, onEnded) {
    this.#video = video;
    this.#onEnded = onEnded;
  }

  /** The playing stream, or null. */
  get stream() {
    return this.#stream;
  }

  /** Whether the person froze the picture; a pause alone does not say so, because phones pause the video of a hidden page. */
  get isFrozen() {
    return this.#isFrozen;
  }

  /** @param {MediaStream} stream */
  async play(stream) {
    this.stop();
    this.#stream = stream;
    for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => this.#stream === stream && this.#onEnded());
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  freeze() {
    this.#isFrozen = true;
    this.#video.pause();
  }

  /** Lets the picture run again, whether the person or the browser stopped it. */
  async thaw() {
    this.#isFrozen = false;
    await this.#video.play();
  }

  /** Stops the stream; a camera's light goes out. */
  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#isFrozen = false;
    this.#video.srcObject = null;
  }
}
