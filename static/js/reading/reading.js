// @ts-check
/**
 * A reading turns frames into replies. The page does not know whether its reading is on the server or on this device.
 * A new kind of reading implements the same type and gets its line in READINGS.
 *
 * @typedef {object} Frame one picture to read
 * @property {number} captured_ms when it was taken, on performance.now's clock
 * @property {string} model the model asked for; empty for the default
 * @property {number} [time_ms] of a film's frame: its time in the film, which tracking uses
 * @property {(side_px: number, quality: number) => Promise<ArrayBuffer | null>} encode JPEG bytes, at most `side_px` wide and high; null where the picture is gone
 * @property {(side_px: number) => Promise<ImageData | null>} pixels RGBA of the same
 * @property {(places: import("./frames.js").Place[]) => Promise<import("../faces/crops.js").Look[]>} look the network's view of its faces
 *
 * @typedef {object} Reading
 * @property {(frame: Frame, isWanted: () => boolean) => Promise<import("../faces/emotions.js").Analysis | null>} analyse the answer; null where no answer came, or where the encoded frame is no longer wanted; rejects with a ReadingProblem (problem.js)
 * @property {(frame: Frame & {encoded: Promise<ArrayBuffer | null>}, model: string, face: import("../faces/emotions.js").Face) => Promise<import("../faces/heat.js").Explanation>} explain which parts of a face of an analysed frame support its word; rejects with a message for the person
 * @property {() => Promise<void>} ready resolves once the reading accepts frames
 * @property {() => void} open opens the connection or starts the worker
 * @property {() => void} close closes the connection or stops the worker
 * @property {number} room how many frames may wait for their answers at a time
 * @property {number} gap_ms the least time between two frames
 * @property {number} stale_ms the age from which an answer is too old to be shown as current
 * @property {boolean} isSlow whether the page should tell the person that the connection is slow
 * @property {string} way the transport's name, shown with the figures
 *
 * @typedef {object} LinkListener
 * @property {(state: "connecting" | "connected" | "full" | "lost" | "silent", title?: string, detail?: string) => void} onLink
 */

import { io } from "../../vendor/socket.io-4.8.4.esm.min.js";
import { ServerReading } from "./server.js";

/**
 * The places where frames can be read. A new place is one more line here.
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
