// @ts-check
/** What plays in the video element: a stream from anywhere, that may be frozen and is let go as a whole. */

export class Player {
  #video;
  /** @type {MediaStream | null} */
  #stream = null;
  #onEnded;

  /** @param {HTMLVideoElement} video @param {() => void} onEnded the stream ended by itself: unplugged, lid closed, taken by a call */
  constructor(video, onEnded) {
    this.#video = video;
    this.#onEnded = onEnded;
  }

  /** The stream that plays, or null. */
  get stream() {
    return this.#stream;
  }

  get isFrozen() {
    return this.#stream !== null && this.#video.paused;
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
    this.#video.pause();
  }

  async thaw() {
    await this.#video.play();
  }

  /** Lets the stream go; a camera's light goes out. */
  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }
}
