// @ts-check
/** One film's card: the picture with its faces, the timeline below it, the summary and the files. */

import { colourOfNumber, drawFaces } from "../drawing/drawing.js";
import { drawTimeline } from "../drawing/timeline.js";
import { clock, SessionView } from "../record/sessionview.js";
import { saveAs } from "../shared/save.js";
import { percent, say, sayCount } from "../shared/words.js";
import { annotatedFilm, placeOn } from "./annotated.js";
import { FilmFrames } from "./frames.js";
import { FilmReader } from "./reader.js";
import { FilmRecord } from "./record.js";
import { layOut } from "./layout.js";

const SUMMARY_MS = 1000; // between two updates of the summary while frames are read
const SCREEN_PX = 1280;

export class FilmCard {
  #file;
  #parts;
  #frames;
  #reader;
  #record = new FilmRecord();
  #summary;
  #started = new Date();
  #model = "";
  #address = "";
  /** @type {Promise<void> | null} the running read */
  #reading = null;
  #summed_ms = 0;
  #rate = { since_ms: 0, frames: 0 };
  #saving = 0;

  /** @param {File} file @param {string} place where frames are read */
  constructor(file, place) {
    this.#file = file;
    const parts = (this.#parts = layOut(file.name));
    this.#frames = new FilmFrames(parts.video);
    this.#reader = new FilmReader(this.#frames, place, { onAnalysis: (...answer) => this.#show(...answer), onWait: (words) => words && this.#tell(words) });
    this.#summary = new SessionView({ ...parts, timeline: document.createElement("canvas") }, colourOfNumber, () => {});
    parts.read.addEventListener("click", () => (this.#reading ? this.pause() : void this.read(this.#model)));
    parts.play.addEventListener("click", () => void this.#play());
    parts.position.addEventListener("input", () => void this.#seek(Number(parts.position.value)));
    parts.save.addEventListener("click", () => void this.#save());
    for (const name of ["play", "pause", "ended"]) parts.video.addEventListener(name, () => this.#showState());
    new ResizeObserver(() => this.#draw()).observe(parts.timeline);
  }

  get item() {
    return this.#parts.item;
  }

  /** Opens and reads the film, or continues after a pause; resolves at the film's end or at a pause. @param {string} model */
  async read(model) {
    this.#model = model;
    this.#parts.video.pause();
    this.#saving++;
    this.#reading = this.#readOn();
    this.#showState();
    try {
      await this.#reading;
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
      this.item.dataset.state = this.#record.size ? "paused" : "error";
    } finally {
      this.#reading = null;
      this.#showState();
      this.#sum();
    }
  }

  pause() {
    this.#reader.pause();
  }

  /** Releases the film, its frames and the connection. */
  close() {
    this.#saving++;
    this.#reader.close();
    this.#frames.close();
    URL.revokeObjectURL(this.#address);
  }

  async #readOn() {
    if (!this.#address) {
      this.#address = URL.createObjectURL(this.#file);
      await this.#frames.open(this.#address);
      Object.assign(this.#parts.position, { max: String(this.#frames.length_s), disabled: false });
    }
    if (this.#reader.isAtEnd) this.#reader.next_s = 0;
    this.item.dataset.state = "pending";
    this.#rate = { since_ms: performance.now(), frames: 0 };
    await this.#reader.read(this.#model, () => Number(this.#parts.every.value));
    this.item.dataset.state = this.#reader.isAtEnd ? "done" : "paused";
    this.#tell(this.#count());
  }

  /** @param {number} time_s @param {import("../faces/emotions.js").Analysis} analysis */
  #show(time_s, analysis) {
    this.#record.add(time_s, analysis);
    this.#rate.frames++;
    this.#parts.position.value = String(time_s);
    this.#tell(`${this.#count()} ${this.#speed(time_s)}`);
    this.#draw(time_s);
    if (performance.now() - this.#summed_ms > SUMMARY_MS) this.#sum();
  }

  #count() {
    return sayCount(this.#record.size, "One frame read.", "{count} frames read.");
  }

  /** Shows how fast frames are read and the remaining time. @param {number} time_s */
  #speed(time_s) {
    const passed_s = (performance.now() - this.#rate.since_ms) / 1000;
    const rate = this.#rate.frames / Math.max(0.001, passed_s);
    const left = ((this.#frames.length_s - time_s) / this.#frames.step_s / Number(this.#parts.every.value) / rate) | 0;
    return say("{rate} a second, {left} left.", { rate: rate.toFixed(rate < 10 ? 1 : 0), left: clock(left) });
  }

  /** Shows the film at another time; reading continues from there. @param {number} at_s */
  async #seek(at_s) {
    this.pause();
    await this.#reading?.catch(() => {});
    this.#reader.next_s = at_s;
    this.item.dataset.state = "paused";
    this.#showState();
    this.#draw(await this.#frames.seek(at_s));
  }

  /** Plays the film with its readings, or pauses it. */
  async #play() {
    const { video } = this.#parts;
    if (!video.paused) return video.pause();
    this.pause();
    await this.#reading?.catch(() => {});
    await video.play();
    const follow = () => {
      this.#parts.position.value = String(video.currentTime);
      this.#draw();
      if (!video.paused && !video.ended) requestAnimationFrame(follow);
    };
    follow();
  }

  /** @param {number} [at_s] */
  #draw(at_s = this.#parts.video.currentTime) {
    const { screen, video, timeline } = this.#parts;
    const scale = Math.min(1, SCREEN_PX / (video.videoWidth || SCREEN_PX));
    Object.assign(screen, { width: video.videoWidth * scale, height: video.videoHeight * scale }); // setting the size clears the canvas
    const frame = this.#record.at(at_s);
    const context = screen.getContext("2d");
    const unit = Math.max(0.9, Math.min(2.4, (0.9 * screen.width) / (screen.clientWidth || screen.width)));
    if (frame && context) drawFaces(context, frame.members, placeOn(screen, frame, unit));
    screen.dataset.faces = String(frame?.members.length ?? 0);
    const lanes = this.#record.lanes;
    timeline.style.setProperty("--lanes", String(Math.max(1, lanes.size)));
    drawTimeline(timeline, { lanes, marks: [at_s] }, 0, Math.max(0.1, this.#frames.length_s || 0), colourOfNumber);
  }

  #sum() {
    this.#summed_ms = performance.now();
    const session = this.#session();
    if (session) this.#summary.show(session, false);
  }

  /** The readings in the form of a live record. @returns {import("../record/session.js").Session | null} */
  #session() {
    const { lanes, model } = this.#record;
    return lanes.size ? { started: this.#started.toISOString(), model, lanes, marks: [] } : null;
  }

  /** Starts or stops the recording of the film with its faces. */
  async #save() {
    const run = ++this.#saving;
    const { video, save } = this.#parts;
    if (save.dataset.state === "saving") return;
    this.pause();
    await this.#reading?.catch(() => {});
    save.dataset.state = "saving";
    try {
      const blob = await annotatedFilm(video, this.#record, (share) => (save.textContent = say("Saving, {share} … stop", { share: percent(share) })), () => run === this.#saving);
      if (blob) saveAs(blob, `${this.#file.name.replace(/\.[^.]+$/, "")}-faces.${blob.type.split("/")[1]}`);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    } finally {
      save.dataset.state = "";
      save.textContent = say("Save annotated video");
    }
  }

  #showState() {
    const { read, play, save, video } = this.#parts;
    const isNew = !this.#record.size;
    read.textContent = this.#reading ? say("Pause") : isNew ? say("Read") : this.#reader.isAtEnd ? say("Read again") : say("Read on");
    play.textContent = video.paused ? say("Play the film") : say("Stop");
    play.disabled = save.disabled = isNew || this.#reading !== null;
  }

  /** @param {string} words */
  #tell(words) {
    this.#parts.words.textContent = words;
  }
}
