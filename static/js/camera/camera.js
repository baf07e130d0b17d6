// @ts-check
/** The person's camera: asked for, listed, and what goes wrong with it in words. */

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
  NotAllowedError: ["The camera was not allowed.", "Allow it beside the address or in the system’s settings, then start again."],
  SecurityError: ["The camera was not allowed.", "This browser or its administrator forbids it on this page."],
  NotFoundError: ["No camera was found.", "Plug one in and start again, or try a photo instead."],
  NotReadableError: ["The camera is busy.", "Another program may be using it. Close that program and start again."],
  AbortError: ["The camera stopped while starting.", "Start again."],
};

/** The stream of a camera, `deviceId` where given; raises CameraProblem. @param {string} [deviceId] */
export async function openCamera(deviceId) {
  const hindrance = findHindrance();
  if (hindrance) throw hindrance;
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  // `exact`, for Chrome takes its own favourite under `ideal`; the wishes after it, for a remembered camera may be unplugged.
  const chosen = deviceId ? [{ ...size, deviceId: { exact: deviceId } }] : [];
  let refusal;
  for (const video of [...chosen, { ...size, facingMode: { ideal: "user" } }, true]) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video });
    } catch (error) {
      refusal = error;
      if (nameOf(error) !== "OverconstrainedError") break;
    }
  }
  throw explain(refusal);
}

/** Why no camera can be asked for on this page, known before one is; null where one can. */
export function findHindrance() {
  if (!window.isSecureContext) {
    const remedy = "Browsers lend the camera only to https pages and to localhost. Open this page there, or have the server run with a certificate.";
    return new CameraProblem("This address is not secure.", remedy);
  }
  if (navigator.mediaDevices) return null;
  return new CameraProblem("This browser offers no camera.", "Try a current Firefox, Chrome, Edge or Safari, or a photo instead.");
}

/** The cameras there are; their names are known once one has been allowed. @returns {Promise<{id: string, name: string}[]>} */
export async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const cameras = devices.filter((device) => device.kind === "videoinput" && device.deviceId);
  return cameras.map((device, index) => ({ id: device.deviceId, name: device.label || `Camera ${index + 1}` }));
}

/** The id of the camera that a stream comes from. @param {MediaStream} stream */
export function idOf(stream) {
  return stream.getVideoTracks()[0]?.getSettings().deviceId ?? "";
}

/** Whether a camera looks away from the person, so that its picture should not be mirrored. @param {MediaStream} stream */
export function looksAway(stream) {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}

/** @param {unknown} error */
function explain(error) {
  const name = nameOf(error);
  const known = PROBLEMS[/** @type {keyof typeof PROBLEMS} */ (name)];
  return known ? new CameraProblem(known[0], known[1]) : new CameraProblem("The camera did not start.", `The browser says: ${name}.`);
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.name : String(error);
}
