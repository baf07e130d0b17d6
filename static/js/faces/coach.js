// @ts-check
/** Hints for a better picture, measured on the network's input and given once a problem has lasted a second. Pure. */

import { say } from "../shared/words.js";
import { overlap } from "./cast.js";

/** @typedef {import("./crops.js").Look} Look */
/** @typedef {import("./cast.js").Member} Member */

const LASTS_MS = 1000;
const FORGIVEN_MS = 500;

const MOST_CALLED = 3; // people in a larger group are not asked to come closer
const LEAST_SIDE_PX = 72; // 1.5 times the network's input; in a frame of 480 pixels no face below 58 is found
// 1 % of FER2013's faces are darker than 52, 1 % are brighter than 200.
const DARK = 50;
const BRIGHT = 205;
const FLAT = 14;
// A sharp portrait has 0.47; after a Gaussian blur of 2 pixels it has 0.10, after 4 pixels 0.02.
const BLURRED = 0.08;
const OVERLAPPING = 0.12;
const LEANING_DEG = 20; // heads are found at any lean and turned upright, but expressions are read best near upright
const TURNED = 0.55; // of a turn from -1 to 1; beyond it half of the face is hidden
const COVERED = 0.6; // a finder's score; below it something covers a part of the face

const HINTS = {
  overlapping: say("Two faces overlap. Move a little apart."),
  far: say("Come a little closer."),
  dark: say("More light on the face would help."),
  bright: say("A little less light would help."),
  flat: say("The light is flat. Turn to a window or a lamp."),
  turned: say("Turned away. Face the camera."),
  covered: say("Part of the face is hidden. Is a hand, mask or hair in front of it?"),
  leaning: say("Your head is tilted. Hold it a little more upright."),
  blurred: say("Blurred. Hold still, or wipe the lens."),
};

/** @typedef {keyof typeof HINTS} Trouble */

export class Coach {
  /** @type {Map<number, {trouble: Trouble, since_ms: number, seen_ms: number}>} */
  #troubles = new Map();

  /** Hints by face number, for lasting problems. @param {Member[]} members @param {Look[]} looks in the same order @param {number} now_ms */
  update(members, looks, now_ms) {
    const hints = new Map();
    members.forEach((member, index) => {
      const trouble = troubleOf(looks[index], member, members);
      const before = this.#troubles.get(member.number);
      if (trouble && before?.trouble !== trouble) this.#troubles.set(member.number, { trouble, since_ms: now_ms, seen_ms: now_ms });
      else if (trouble && before) before.seen_ms = now_ms;
      else if (before && now_ms - before.seen_ms > FORGIVEN_MS) this.#troubles.delete(member.number);
      const lasting = this.#troubles.get(member.number);
      if (lasting && now_ms - lasting.since_ms >= LASTS_MS) hints.set(member.number, HINTS[lasting.trouble]);
    });
    return hints;
  }

  clear() {
    this.#troubles.clear();
  }
}

/** What makes a face hard to read, or null. @param {Look} look @param {Member} member @param {Member[]} members @returns {Trouble | null} */
export function troubleOf(look, member, members) {
  if (members.some((other) => other !== member && overlap(other.face.box, member.face.box) > OVERLAPPING)) return "overlapping";
  if (look.side_px < LEAST_SIDE_PX && members.length <= MOST_CALLED) return "far";
  if (look.brightness < DARK) return "dark";
  if (look.brightness > BRIGHT) return "bright";
  if (look.contrast < FLAT) return "flat";
  if (look.sharpness < BLURRED) return "blurred";
  const { tilt_deg = 0, turn, score = 1, landmarks } = member.face;
  if (Math.abs(turn ?? 0) > TURNED) return "turned";
  if (landmarks && score < COVERED) return "covered";
  return Math.abs(tilt_deg) > LEANING_DEG ? "leaning" : null;
}
