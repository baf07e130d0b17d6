// @ts-check
/** The actions of the buttons over the picture. */

import { drawSnapshot } from "../drawing/drawing.js";
import { PlayView } from "../play/playview.js";
import { clock } from "../record/sessionview.js";
import { canShare, pass, saveAs } from "../shared/save.js";
import { say } from "../shared/words.js";
import { Calibration } from "./calibration.js";
import { Toolbar } from "./toolbar.js";

/**
 * @typedef {object} Actors
 * @property {HTMLVideoElement} video
 * @property {HTMLElement} screen the element that fills the screen in full-screen mode
 * @property {import("../camera/source.js").Source} source
 * @property {import("../faces/view.js").FacesView} view
 * @property {import("./stage.js").Stage} stage
 * @property {import("../record/records.js").Records} records
 * @property {import("./preferences.js").Preferences} preferences
 * @property {HTMLElement} play the element that shows the game
 * @property {{dialog: HTMLDialogElement, countdown: HTMLElement, note: HTMLElement}} calibration
 * @property {() => {words: string[], labels: string[]}} wordsToPlay `words` are the emotions that the network reads well, `labels` all that it knows
 * @property {() => void} onStop
 * @property {() => void} onFlip the person wants the camera on the other side
 * @property {() => void} onFreeze the picture was frozen or runs again
 * @property {() => void} onLook a frozen picture should be read once more
 */

const NEEDS_MOTION = ["record", "neutral", "mark", "play"];

export class Tools {
  #actors;
  #toolbar;
  #calibration;
  #game;
  #isOfPerson = true;

  /** @param {HTMLElement} root the buttons @param {Actors} actors */
  constructor(root, actors) {
    this.#actors = actors;
    this.#toolbar = new Toolbar(root, {
      freeze: () => void this.#freeze(),
      play: () => this.#play(),
      snapshot: () => void this.#picture((blob, name) => saveAs(blob, name)),
      share: () => void this.#picture((blob, name) => this.#share(blob, name)),
      mirror: () => this.#mirror(),
      crops: () => this.#crops(),
      neutral: () => this.#neutral(),
      record: () => this.record(),
      mark: () => void (this.#rests() || actors.records.mark()),
      flip: actors.onFlip,
      full: () => this.#fill(),
      stop: actors.onStop,
      more: () => this.#more(),
    });
    this.#game = new PlayView(actors.play, () => this.#leavePlay());
    this.#calibration = new Calibration(actors.calibration, actors.view.readings, (words) => actors.stage.note(words));
    actors.view.observer.crops = actors.preferences.get("crops");
    this.#toolbar.press("crops", actors.view.observer.crops);
    this.#toolbar.show("share", canShare());
    this.#toolbar.show("full", document.fullscreenEnabled ?? false);
    document.addEventListener("fullscreenchange", () => this.#toolbar.press("full", document.fullscreenElement !== null));
    this.#showMirror();
  }

  /** Switches single-key shortcuts on or off. @param {boolean} work */
  set keys(work) {
    this.#toolbar.keys = work;
  }

  /** The picture starts; the demo and cameras that face away are not mirrored. */
  begin() {
    this.#isOfPerson = this.#actors.source.isOfPerson;
    this.#toolbar.press("freeze", false);
    this.#showResting(false);
    this.#showMirror();
  }

  /** @param {boolean} canFlip whether there is a camera on the other side */
  offerFlip(canFlip) {
    this.#toolbar.show("flip", canFlip);
  }

  /** The picture ends, and with it the recording, the calibration and the game. */
  end() {
    if (this.#actors.records.recorder.isOn) this.record();
    this.#leavePlay();
    this.#actors.view.readings.forgetRest();
    this.#toolbar.press("freeze", false);
    this.tick();
    if (document.fullscreenElement) void document.exitFullscreen();
  }

  /** The text of a running countdown; empty where nothing is timed. */
  wordsNow() {
    const { recorder } = this.#actors.records;
    return this.#calibration.wordsNow() || (recorder.isOn ? say("Recording {time}", { time: clock(recorder.seconds) }) : "");
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

  /** Shows the state of the calibration. */
  tick() {
    this.#calibration.tick(this.#actors.source.isFrozen);
    this.#toolbar.press("neutral", this.#calibration.isOn);
  }

  /** Passes the present faces to the game. @param {import("../faces/cast.js").Member[]} members */
  see(members) {
    this.#game.see(members);
  }

  #leavePlay() {
    this.#game.end();
    this.#toolbar.press("play", false);
  }

  #play() {
    if (this.#game.isOn) return this.#leavePlay();
    if (this.#rests()) return;
    const { words, labels } = this.#actors.wordsToPlay();
    this.#game.begin(words, labels);
    this.#actors.screen.scrollIntoView({ block: "nearest" });
    this.#toolbar.press("play", this.#game.isOn);
  }

  async #freeze() {
    const { source, onFreeze } = this.#actors;
    if (!source.isOpen) return;
    if (source.isFrozen) await source.thaw();
    else source.freeze();
    this.#toolbar.press("freeze", source.isFrozen);
    this.#showResting(source.isFrozen);
    onFreeze();
  }

  /** @param {boolean} isFrozen */
  #showResting(isFrozen) {
    for (const name of NEEDS_MOTION) this.#toolbar.rest(name, isFrozen);
  }

  /** Whether the picture is frozen, so that the pressed tool cannot work; says so to the person. */
  #rests() {
    const { source, stage } = this.#actors;
    if (source.isFrozen) stage.note(say("This needs a moving picture. Press Freeze again first."));
    return source.isFrozen;
  }

  /** Makes a picture file with the faces drawn. @param {(blob: Blob, name: string) => void} use */
  async #picture(use) {
    const { video, view: { overlay }, source } = this.#actors;
    if (!source.isOpen) return;
    const canvas = drawSnapshot(video, overlay.members, overlay.maps, overlay.pictureWidth, overlay.mirrored);
    const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve));
    if (blob) use(blob, `lets-face-it-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.png`);
  }

  /** @param {Blob} blob @param {string} name */
  async #share(blob, name) {
    const words = await pass(blob, name);
    if (words) this.#actors.stage.note(words);
  }

  #mirror() {
    this.#actors.preferences.set("mirror", !this.#actors.view.overlay.mirrored);
    this.#isOfPerson = true; // once pressed, the person's choice holds for every camera
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
    if (this.#calibration.isOn) this.#calibration.end();
    else if (!this.#rests()) {
      this.#actors.screen.scrollIntoView({ block: "nearest" });
      this.#calibration.ask();
    }
    this.tick();
  }

  #fill() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.#actors.screen.requestFullscreen().catch(() => this.#actors.stage.note(say("This browser does not allow full screen here.")));
  }

  #more() {
    this.#toolbar.open(!this.#toolbar.isOpen);
  }
}
