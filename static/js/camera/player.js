// @ts-check
/** What plays in the video element: a stream from anywhere, that may be frozen and is let go as a whole. */

export class Player {
  #video;
  /** @type {MediaStream | null} */
  #stream = null;
  #onEnded;
  #isFrozen = false;

  /** @param {HTMLVideoElement} video @param {() => void} onEnded the stream ended by itself: unplugged, lid closed, taken by a call */
  constructor(video, onEnded) {
    this.#video = video;
    this.#onEnded = onEnded;
  }

  /** The stream that plays, or null. */
  get stream() {
    return this.#stream;
  }

  /** Whether a person froze the picture: a phone may pause the video of a page that is hidden. */
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

  /** Lets the picture go on, whoever held it. */
  async thaw() {
    this.#isFrozen = false;
    await this.#video.play();
  }

  /** Lets the stream go; a camera's light goes out. */
  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#isFrozen = false;
    this.#video.srcObject = null;
  }
}
