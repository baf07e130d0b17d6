// @ts-check
/** The person's cameras: asks for one, lists them, and describes camera problems in words. */

import { say } from "../shared/words.js";

/** Why there is no picture, in words for a person. */
export class CameraProblem extends Error {
  /** @param {string} title @param {string} remedy */
  constructor(title, remedy) {
    super(`${title} ${remedy}`);
    this.title = title;
    this.remedy = remedy;
  }
}

const PROBLEMS = {
  NotAllowedError: [say("The camera was not allowed."), say("Allow it beside the address or in the system’s settings, then start again.")],
  SecurityError: [say("The camera was not allowed."), say("This browser or its administrator forbids it on this page.")],
  NotFoundError: [say("No camera was found."), say("Plug one in and start again, or try a photo instead.")],
  NotReadableError: [say("The camera is busy."), say("Another program may be using it. Close that program and start again.")],
  AbortError: [say("The camera stopped while starting."), say("Start again.")],
};

/** The stream of the camera `deviceId`, or of any camera; throws CameraProblem. @param {string} [deviceId] @param {string} [facing] "user" or "environment", which wins over it */
export async function openCamera(deviceId, facing) {
  const hindrance = findHindrance();
  if (hindrance) throw hindrance;
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  // `exact`, because Chrome prefers its own default under `ideal`. The looser constraints follow because a remembered camera may be unplugged.
  const chosen = deviceId && !facing ? [{ ...size, deviceId: { exact: deviceId } }] : [];
  let refusal;
  for (const video of [...chosen, { ...size, facingMode: { ideal: facing ?? "user" } }, true]) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video });
    } catch (error) {
      refusal = error;
      if (nameOf(error) !== "OverconstrainedError") break;
    }
  }
  throw explain(refusal);
}

/** Why this page cannot ask for a camera, known before it asks; null where it can. */
export function findHindrance() {
  if (!window.isSecureContext) {
    const remedy = say("Browsers lend the camera only to https pages and to localhost. Open this page at such an address, or use a photo.");
    return new CameraProblem(say("This address is not secure."), remedy);
  }
  if (navigator.mediaDevices) return null;
  return new CameraProblem(say("This browser offers no camera."), say("Try a current Firefox, Chrome, Edge or Safari, or a photo instead."));
}

/** The connected cameras; browsers tell their names only after the person has allowed one. @returns {Promise<{id: string, name: string}[]>} */
export async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const cameras = devices.filter((device) => device.kind === "videoinput" && device.deviceId);
  return cameras.map((device, index) => ({ id: device.deviceId, name: device.label || say("Camera {number}", { number: index + 1 }) }));
}

/** The id of the camera that a stream comes from. @param {MediaStream} stream */
export function idOf(stream) {
  return stream.getVideoTracks()[0]?.getSettings().deviceId ?? "";
}

/** The facing mode that a camera reports: "user", "environment" or empty. @param {MediaStream} stream */
export function sideOf(stream) {
  return stream.getVideoTracks()[0]?.getSettings().facingMode ?? "";
}

/** Whether a camera faces away from the person, so that its picture should not be mirrored. @param {MediaStream} stream */
export function looksAway(stream) {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}

/** @param {unknown} error */
function explain(error) {
  const name = nameOf(error);
  const known = PROBLEMS[/** @type {keyof typeof PROBLEMS} */ (name)];
  return known ? new CameraProblem(known[0], known[1]) : new CameraProblem(say("The camera did not start."), say("The browser says: {name}.", { name }));
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.name : String(error);
}
