// @ts-check
/** What the buttons over the picture do: freeze, snapshot, mirror, the network's view, my neutral, record, mark. */

import { looksAway } from "../camera/camera.js";
import { drawSnapshot } from "../drawing/drawing.js";
import { saveAs } from "../shared/save.js";
import { clock } from "../record/sessionview.js";
import { Toolbar } from "./toolbar.js";

const REST_LOST = "“My neutral” is off: the faces may have changed places. Press it again.";

/**
 * @typedef {object} Actors
 * @property {HTMLVideoElement} video
 * @property {import("../camera/player.js").Player} player
 * @property {import("../drawing/overlay.js").Overlay} overlay
 * @property {import("./stage.js").Stage} stage
 * @property {import("../faces/observer.js").Observer} observer
 * @property {import("../faces/readings.js").Readings} readings
 * @property {import("../record/recorder.js").Recorder} recorder
 * @property {import("../record/minute.js").Minute} minute
 * @property {import("./preferences.js").Preferences} preferences
 * @property {HTMLElement} restNote
 * @property {(session: import("../record/session.js").Session) => void} onSession a recording is done
 * @property {(isFrozen: boolean) => void} onFreeze the picture stands still, or goes on
 */

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
    actors.observer.crops = actors.preferences.get("crops");
    this.#toolbar.press("crops", actors.observer.crops);
    this.#showMirror();
  }

  /** Whether single keys work. @param {boolean} work */
  set keys(work) {
    this.#toolbar.keys = work;
  }

  /** A picture begins. @param {boolean} isCamera a demo's picture is not mirrored, nor is a camera's that looks away */
  begin(isCamera) {
    const { stream } = this.#actors.player;
    this.#isOfPerson = isCamera && stream !== null && !looksAway(stream);
    this.#toolbar.press("freeze", false);
    this.#showMirror();
  }

  /** The picture ends: what belongs to it does too. */
  end() {
    if (this.#actors.recorder.isOn) this.record();
    this.#actors.readings.forgetRest();
    this.#toolbar.press("freeze", false);
    this.showRest();
  }

  /** What runs by the clock, in words; empty where nothing does. */
  wordsNow() {
    const left_s = this.#actors.readings.restLeft_s(performance.now());
    if (left_s) return `Relax your face: ${Math.ceil(left_s)} s`;
    return this.#actors.recorder.isOn ? `Recording ${clock(this.#actors.recorder.seconds)}` : "";
  }

  /** Starts a recording, or ends it. */
  record() {
    const { recorder, stage, onSession } = this.#actors;
    if (!recorder.isOn) recorder.start();
    else {
      const session = recorder.stop();
      if (session) onSession(session);
      else stage.note("Nothing was recorded: no face was seen.");
    }
    this.#toolbar.press("record", recorder.isOn);
    this.#toolbar.show("mark", recorder.isOn);
  }

  /** Shows whether a rest is taken off, and tells once where it was lost. */
  showRest() {
    const { readings, restNote, stage, player } = this.#actors;
    if (readings.hasLostRest && !player.isFrozen) {
      stage.note(REST_LOST);
      readings.forgetRest();
    }
    this.#toolbar.press("neutral", readings.hasRest || readings.restLeft_s(performance.now()) > 0);
    restNote.hidden = !readings.hasRest;
  }

  async #freeze() {
    const { player, onFreeze } = this.#actors;
    if (!player.stream) return;
    if (player.isFrozen) await player.thaw();
    else player.freeze();
    this.#toolbar.press("freeze", player.isFrozen);
    onFreeze(player.isFrozen);
  }

  #snapshot() {
    const { video, overlay, player } = this.#actors;
    if (!player.stream) return;
    drawSnapshot(video, overlay.members, overlay.maps, overlay.pictureWidth, overlay.mirrored).toBlob((blob) => {
      if (blob) saveAs(blob, `lets-face-it-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.png`);
    });
  }

  #mirror() {
    this.#actors.preferences.set("mirror", !this.#actors.overlay.mirrored);
    this.#isOfPerson = true; // pressed, it obeys whatever the camera
    this.#showMirror();
  }

  #showMirror() {
    const { overlay, stage, preferences } = this.#actors;
    overlay.mirrored = preferences.get("mirror") && this.#isOfPerson;
    stage.mirror(overlay.mirrored);
    this.#toolbar.press("mirror", overlay.mirrored);
    overlay.redraw();
  }

  #crops() {
    const { observer, preferences } = this.#actors;
    observer.crops = !observer.crops;
    preferences.set("crops", observer.crops);
    this.#toolbar.press("crops", observer.crops);
  }

  #neutral() {
    const { readings } = this.#actors;
    if (readings.hasRest || readings.restLeft_s(performance.now())) readings.forgetRest();
    else readings.beginRest(performance.now());
    this.showRest();
  }

  #mark() {
    this.#actors.recorder.mark();
    this.#actors.minute.mark();
  }
}
