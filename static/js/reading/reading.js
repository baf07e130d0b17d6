// @ts-check
/**
 * A reading turns frames into replies. The page asks one and does not know where it reads: on the server, or on
 * this device. A reading of another kind has the same shape and gets its line in READINGS.
 *
 * @typedef {object} Frame one picture of the camera that is to be read
 * @property {number} captured_ms when it was taken, on performance.now's clock
 * @property {string} model the model asked for; empty for the default
 * @property {number} [time_ms] of a film's frame: its time in the film, by which faces are followed
 * @property {(side_px: number, quality: number) => Promise<ArrayBuffer | null>} encode JPEG bytes, at most `side_px` wide and high; null where the picture is gone
 * @property {(side_px: number) => Promise<ImageData | null>} pixels RGBA of the same
 * @property {(places: import("./frames.js").Place[]) => Promise<import("../faces/crops.js").Look[]>} look what the network is shown of its faces
 *
 * @typedef {object} Reading
 * @property {(frame: Frame, isWanted: () => boolean) => Promise<import("../faces/emotions.js").Analysis | null>} analyse null where no answer came, or where it is not wanted any more once the frame is made; rejects with a ReadingProblem (problem.js)
 * @property {(frame: Frame & {encoded: Promise<ArrayBuffer | null>}, model: string, face: import("../faces/emotions.js").Face) => Promise<import("../faces/heat.js").Explanation>} explain which parts of a face of a frame that was analysed spoke for its word; rejects in words
 * @property {() => Promise<void>} ready waits until frames are taken
 * @property {() => void} open asks for what it takes: a connection, a worker
 * @property {() => void} close lets it go
 * @property {number} room how many frames may wait for their answers at a time
 * @property {number} gap_ms the least time between two frames
 * @property {number} stale_ms from which age on an answer is too old to be believed
 * @property {boolean} isSlow whether the person should be told that the way is slow
 * @property {string} way its way in a word, for the details
 *
 * @typedef {object} LinkListener
 * @property {(state: "connecting" | "connected" | "full" | "lost" | "silent", title?: string, detail?: string) => void} onLink
 */

import { io } from "../../vendor/socket.io-4.8.4.esm.min.js";
import { ServerReading } from "./server.js";

/**
 * Where frames can be read. A new place is one more line here.
 * @type {Record<string, (listener: LinkListener) => Promise<Reading>>}
 */
const READINGS = {
  device: async (listener) => new (await import("../device/reading.js")).DeviceReading(listener),
  server: async (listener) => new ServerReading(io, listener),
};

/** The reading of a place; the server's where the place is unknown. @param {string} place @param {LinkListener} listener */
export function makeReading(place, listener) {
  return (READINGS[place] ?? READINGS.server)(listener);
}
