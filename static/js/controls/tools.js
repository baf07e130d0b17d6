// @ts-check
/** What the buttons over the picture do: freeze, snapshot, mirror, the network's view, my neutral, record, mark. */

import { drawSnapshot } from "../drawing/drawing.js";
import { saveAs } from "../shared/save.js";
import { say } from "../shared/words.js";
import { clock } from "../record/sessionview.js";
import { Toolbar } from "./toolbar.js";

/**
 * @typedef {object} Actors
 * @property {HTMLVideoElement} video
 * @property {import("../camera/source.js").Source} source
 * @property {import("../faces/view.js").FacesView} view
 * @property {import("./stage.js").Stage} stage
 * @property {import("../record/records.js").Records} records
 * @property {import("./preferences.js").Preferences} preferences
 * @property {HTMLElement} restNote
 * @property {() => void} onFreeze the picture stands still, or goes on
 * @property {() => void} onLook a picture that stands still is to be looked at once more
 */

const NEEDS_MOTION = ["record", "neutral", "mark"];

export class Tools {
  #actors;
  #toolbar;
  #isOfPerson = true;

  /** @param {HTMLElement} root the buttons @param {Actors} actors */
  constructor(root, actors) {
    this.#actors = actors;
    this.#toolbar = new Toolbar(root, {
      freeze: () => void this.#freeze(),
      snapshot: () => this.#snapshot(),
      mirror: () => this.#mirror(),
      crops: () => this.#crops(),
      neutral: () => this.#neutral(),
      record: () => this.record(),
      mark: () => this.#mark(),
    });
    actors.view.observer.crops = actors.preferences.get("crops");
    this.#toolbar.press("crops", actors.view.observer.crops);
    this.#showMirror();
  }

  /** Whether single keys work. @param {boolean} work */
  set keys(work) {
    this.#toolbar.keys = work;
  }

  /** A picture begins; a demo's is not mirrored, nor is a camera's that looks away. */
  begin() {
    this.#isOfPerson = this.#actors.source.isOfPerson;
    this.#toolbar.press("freeze", false);
    this.#showMirror();
  }

  /** The picture ends: what belongs to it does too. */
  end() {
    if (this.#actors.records.recorder.isOn) this.record();
    this.#actors.view.readings.forgetRest();
    this.#toolbar.press("freeze", false);
    this.showRest();
  }

  /** What runs by the clock, in words; empty where nothing does. */
  wordsNow() {
    const left_s = this.#actors.view.readings.restLeft_s(performance.now());
    if (left_s) return say("Relax your face: {seconds} s", { seconds: Math.ceil(left_s) });
    const { recorder } = this.#actors.records;
    return recorder.isOn ? say("Recording {time}", { time: clock(recorder.seconds) }) : "";
  }

  /** Starts a recording, or ends it. */
  record() {
    const { records, stage } = this.#actors;
    if (!records.recorder.isOn && this.#rests()) return;
    const words = records.toggle();
    if (words) stage.note(words);
    this.#toolbar.press("record", records.recorder.isOn);
    this.#toolbar.show("mark", records.recorder.isOn);
  }

  /** Shows whether a rest is taken off, and tells once where it was lost. */
  showRest() {
    const { view, restNote, stage, source } = this.#actors;
    if (view.readings.hasLostRest && !source.isFrozen) {
      stage.note(say("Calibration is off: the faces may have changed places. Calibrate again."));
      view.readings.forgetRest();
    }
    this.#toolbar.press("neutral", view.readings.hasRest || view.readings.restLeft_s(performance.now()) > 0);
    restNote.hidden = !view.readings.hasRest;
  }

  async #freeze() {
    const { source, onFreeze } = this.#actors;
    if (!source.isOpen) return;
    if (source.isFrozen) await source.thaw();
    else source.freeze();
    this.#toolbar.press("freeze", source.isFrozen);
    for (const name of NEEDS_MOTION) this.#toolbar.rest(name, source.isFrozen);
    onFreeze();
  }

  /** Whether the picture stands still, so that what was pressed cannot be done; it is told. */
  #rests() {
    const { source, stage } = this.#actors;
    if (source.isFrozen) stage.note(say("This needs a moving picture. Press Freeze again first."));
    return source.isFrozen;
  }

  #snapshot() {
    const { video, view: { overlay }, source } = this.#actors;
    if (!source.isOpen) return;
    drawSnapshot(video, overlay.members, overlay.maps, overlay.pictureWidth, overlay.mirrored).toBlob((blob) => {
      if (blob) saveAs(blob, `lets-face-it-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.png`);
    });
  }

  #mirror() {
    this.#actors.preferences.set("mirror", !this.#actors.view.overlay.mirrored);
    this.#isOfPerson = true; // pressed, it obeys whatever the camera
    this.#showMirror();
  }

  #showMirror() {
    const { view: { overlay }, stage, preferences } = this.#actors;
    overlay.mirrored = preferences.get("mirror") && this.#isOfPerson;
    stage.mirror(overlay.mirrored);
    this.#toolbar.press("mirror", overlay.mirrored);
    overlay.redraw();
  }

  #crops() {
    const { view: { observer }, preferences, onLook } = this.#actors;
    observer.crops = !observer.crops;
    preferences.set("crops", observer.crops);
    this.#toolbar.press("crops", observer.crops);
    onLook();
  }

  #neutral() {
    const { readings } = this.#actors.view;
    if (readings.hasRest || readings.restLeft_s(performance.now())) readings.forgetRest();
    else if (!this.#rests()) readings.beginRest(performance.now());
    this.showRest();
  }

  #mark() {
    if (!this.#rests()) this.#actors.records.mark();
  }
}
