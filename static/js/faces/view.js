// @ts-check
/** Shows the faces of the live picture: boxes, cards, hints, saliency maps, and announcements for screen readers. */

import { colourOfNumber } from "../drawing/drawing.js";
import { Overlay } from "../drawing/overlay.js";
import { Announcer } from "./announcer.js";
import { FaceList } from "./facelist.js";
import { fillGlyphs } from "./glyphs.js";
import { Observer } from "./observer.js";
import { Readings } from "./readings.js";
import { Why } from "./why.js";

/** @typedef {import("./emotions.js").Analysis} Analysis */
/** @typedef {import("./cast.js").Member} Member */
/** @typedef {import("../reading/reading.js").Frame} Frame */

export class FacesView {
  readings = new Readings();
  observer = new Observer();
  overlay;
  #list;
  #why;
  #announcer;

  /**
   * @param {{video: HTMLVideoElement, canvas: HTMLCanvasElement, list: HTMLElement, announce: HTMLElement}} parts
   * @param {(face: import("./emotions.js").Face) => Promise<import("./heat.js").Explanation>} explain asks why a face of the shown picture is read as it is
   */
  constructor({ video, canvas, list, announce }, explain) {
    fillGlyphs();
    this.overlay = new Overlay(canvas, video);
    this.#announcer = new Announcer(announce);
    this.#list = new FaceList(list, colourOfNumber, (member) => this.#why.toggle(member));
    this.#why = new Why(this.#list, explain, (maps) => this.#showMaps(maps));
  }

  /** Shows an answer; returns the faces as shown. @param {Analysis} analysis @param {import("./emotions.js").Face[]} faces the answer's faces with a second model's answers @param {Frame} frame @param {boolean} isHeld whether the picture is frozen */
  show(analysis, faces, frame, isHeld) {
    const members = this.readings.update(faces, performance.now()).map((member) => ({ ...member, isPoor: this.observer.isPoor(member.number) }));
    void this.observer.observe(members, frame, (number, hint, pixels) => this.#list.advise(number, hint, pixels), isHeld);
    this.overlay.show(members, analysis.width, analysis.height);
    this.#list.show(members);
    this.#announcer.tell(members);
    return members;
  }

  /** Shows all words on the cards, or only the leading ones. @param {boolean} all */
  showAll(all) {
    this.#list.showAll(all);
  }

  /** Shows or hides the "Why?" buttons, and removes the shown maps. @param {boolean} canAsk */
  offerWhy(canAsk) {
    this.#why.clear(canAsk);
  }

  clear() {
    this.#why.clear(false);
    this.readings.clear();
    this.observer.clear();
    this.overlay.clear();
    this.#list.show([]);
  }

  /** @param {import("./heat.js").Explanation[]} maps */
  #showMaps(maps) {
    this.overlay.maps = maps;
    this.overlay.redraw();
  }
}
