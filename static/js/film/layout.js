// @ts-check
/** The elements of a film's card. */

import { say } from "../shared/words.js";

const EVERY = [1, 2, 5, 10, 25];

/** @param {string} name of the film */
export function layOut(name) {
  const item = make("article", "result film");
  item.dataset.state = "pending";
  const video = document.createElement("video");
  const screen = document.createElement("canvas");
  screen.setAttribute("aria-hidden", "true");
  const figure = make("figure", "film-picture");
  figure.append(video, screen);
  const timeline = Object.assign(document.createElement("canvas"), { className: "film-timeline" });
  timeline.setAttribute("role", "img");
  timeline.setAttribute("aria-label", say("What the faces look like over the film"));
  const position = Object.assign(document.createElement("input"), { type: "range", min: "0", max: "1", step: "any", value: "0", disabled: true, className: "film-position" });
  position.setAttribute("aria-label", say("Position in the film"));
  const [read, play, save] = [button(say("Pause")), button(say("Play")), button(say("Save annotated video"))];
  const every = chooser();
  const words = make("p", "result-words", say("Opening …"));
  words.setAttribute("role", "status");
  const tools = make("div", "result-foot");
  tools.append(read, play, labelled(say("Frames"), every));
  const { section, about, shares, moments, picture, csv, json } = summary();
  /** @type {HTMLElement} */ (section.lastElementChild).append(save);
  const body = make("div", "result-body");
  body.append(make("h2", "result-name", name), words, tools, section);
  const stage = make("div", "film-stage");
  stage.append(figure, timeline, position);
  item.append(stage, body);
  return { item, video, screen, timeline, position, read, play, save, every, words, section, about, shares, moments, picture, csv, json };
}

/** The film's summary and its files; hidden until there are readings. */
function summary() {
  const section = Object.assign(make("div", "film-summary"), { hidden: true });
  const about = make("p", "hint");
  const shares = make("ul", "bars");
  const moments = make("ol", "moments");
  const [picture, csv, json] = [button(say("Picture")), button("CSV"), button("JSON")];
  const foot = make("div", "result-foot");
  foot.append(picture, csv, json);
  section.append(about, shares, moments, foot);
  return { section, about, shares, moments, picture, csv, json };
}

function chooser() {
  const every = document.createElement("select");
  for (const number of EVERY) every.append(new Option(number === 1 ? say("every frame") : say("every {number}th frame", { number }), String(number)));
  return every;
}

/** @param {string} text @param {HTMLElement} field */
function labelled(text, field) {
  const label = make("label", "choice film-every");
  label.append(make("span", "", text), field);
  return label;
}

/** @param {string} text */
function button(text) {
  return /** @type {HTMLButtonElement} */ (Object.assign(make("button", "button small quiet", text), { type: "button" }));
}

/** @param {string} tag @param {string} [className] @param {string} [textContent] @returns {HTMLElement} */
function make(tag, className = "", textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}
