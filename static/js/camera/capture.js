// @ts-check
/** Waits for the next new frame of a video. */

const IMPATIENT_MS = 2000;

/**
 * Waits for the next frame that the video shows; resolves to the time of its capture on performance.now's clock.
 * Resolves to null where no frame came within two seconds, as happens while a camera stalls.
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
