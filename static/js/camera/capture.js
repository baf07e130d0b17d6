// @ts-check
/** The next new picture of a video, and when it was taken. */

const IMPATIENT_MS = 2000;

/**
 * Waits for the next frame that the video shows; gives the moment of its capture on performance.now's clock.
 * Gives null where none came within two seconds, as happens while a camera is held up.
 * @param {HTMLVideoElement} video @returns {Promise<number | null>}
 */
export function nextFrame(video) {
  return new Promise((resolve) => {
    let waits = true;
    const done = (/** @type {number | null} */ captured_ms) => {
      waits = false;
      clearTimeout(timer);
      resolve(captured_ms);
    };
    const timer = setTimeout(done, IMPATIENT_MS, null);
    if (video.requestVideoFrameCallback) {
      video.requestVideoFrameCallback((now, metadata) => done(metadata.captureTime ?? now));
      return;
    }
    const since_s = video.currentTime;
    const look = (/** @type {number} */ now) => {
      if (video.currentTime !== since_s) done(now);
      else if (waits) requestAnimationFrame(look); // for browsers without frame callbacks
    };
    requestAnimationFrame(look);
  });
}
