// @ts-check
/** Shows the game over the picture: the word, the time, the points, and the final card. */

import { nameOf } from "../faces/emotions.js";
import { makeGlyph } from "../faces/glyphs.js";
import { percent, say, sayCount } from "../shared/words.js";
import { Game, ROUNDS } from "./game.js";

/** @typedef {import("../faces/cast.js").Member} Member */

const LEAST_WORDS = 3;
/** @type {Record<string, string>} */
const ASKS = {
  angry: say("Show me anger"),
  disgust: say("Show me disgust"),
  fear: say("Show me fear"),
  happy: say("Show me happiness"),
  sad: say("Show me sadness"),
  surprise: say("Show me surprise"),
  neutral: say("Show me a neutral face"),
  contempt: say("Show me contempt"),
};
const USUAL = ["happy", "surprise", "neutral"];

export class PlayView {
  #root;
  #onEnd;
  /** @type {Game | null} */
  #game = null;
  /** @type {string[]} */
  #words = [];
  /** The latest drawn state, so that only changes are drawn and read aloud. */
  #drawn = "";

  /** @param {HTMLElement} root @param {() => void} onEnd the game was left */
  constructor(root, onEnd) {
    this.#root = root;
    this.#onEnd = onEnd;
  }

  get isOn() {
    return this.#game !== null;
  }

  /** @param {string[]} words that the network reads well @param {string[]} labels all words that it knows */
  begin(words, labels) {
    this.#words = words.length >= LEAST_WORDS ? words : USUAL.filter((word) => labels.includes(word));
    if (this.#words.length < 2) this.#words = labels;
    this.#start(false);
  }

  end() {
    this.#game = null;
    this.#root.hidden = true;
    this.#root.replaceChildren();
    this.#drawn = "";
  }

  /** @param {Member[]} members */
  see(members) {
    const game = this.#game;
    if (!game) return;
    const now_ms = performance.now();
    game.see(members, now_ms);
    this.#draw(members, game.left(now_ms));
  }

  /** @param {boolean} isPractice */
  #start(isPractice) {
    this.#game = new Game(this.#words, isPractice);
    this.#game.next(performance.now());
    this.#root.hidden = false;
    this.#drawn = "";
    this.#draw([], 1);
  }

  /** @param {Member[]} members @param {number} left */
  #draw(members, left) {
    const game = /** @type {Game} */ (this.#game);
    const state = `${game.rounds.length} ${game.isBetween} ${game.isOver}`;
    if (state !== this.#drawn) {
      this.#drawn = state;
      this.#root.replaceChildren(...(game.isOver ? this.#endCard(game) : this.#roundCard(game)));
      this.#root.toggleAttribute("data-over", game.isOver);
      if (game.isOver) this.#root.querySelector("button")?.focus({ preventScroll: true });
    }
    const share = Math.max(0, ...members.map(({ face }) => face.emotions[game.round.word] ?? 0));
    this.#root.style.setProperty("--left", left.toFixed(3));
    this.#root.style.setProperty("--share", share.toFixed(3));
  }

  /** @param {Game} game */
  #roundCard(game) {
    const { word, best } = game.round;
    const ask = make("p", "play-ask");
    ask.setAttribute("role", "status");
    const points = Math.round(100 * Math.max(0, ...best.values()));
    const glyph = make("span", "play-glyph");
    glyph.dataset.emotion = word;
    glyph.append(makeGlyph(word));
    ask.append(make("strong", "", game.isBetween ? sayCount(points, "One point!", "{count} points!") : ASKS[word] ?? say("Show me: {word}", { word: nameOf(word) })));
    const meter = make("span", "play-meter");
    meter.append(make("span", "play-fill"));
    meter.dataset.emotion = word;
    const foot = make("p", "play-foot");
    if (game.isPractice) foot.append(this.#button(say("Next word"), () => game.next(performance.now())));
    else foot.append(make("span", "", say("Round {round} of {rounds}", { round: game.rounds.length, rounds: ROUNDS })));
    foot.append(this.#button(say("Leave"), this.#onEnd, "quiet"));
    return [glyph, ask, meter, foot];
  }

  /** @param {Game} game */
  #endCard(game) {
    const [first, ...others] = game.points;
    const points = first?.[1] ?? 0;
    const title = make("strong", "play-title", others.length && first ? say("Face {number} wins with {points} points!", { number: first[0], points }) : say("{points} of {most} points", { points, most: 100 * ROUNDS }));
    title.setAttribute("role", "status");
    const list = make("ol", "play-rounds");
    for (const { word, best } of game.rounds) {
      const row = make("li", "");
      row.dataset.emotion = word;
      row.append(makeGlyph(word), make("span", "", nameOf(word)), make("b", "", percent(Math.max(0, ...best.values()))));
      list.append(row);
    }
    const foot = make("p", "play-foot");
    foot.append(this.#button(say("Play again"), () => this.#start(false)), this.#button(say("Practise"), () => this.#start(true), "quiet"), this.#button(say("Leave"), this.#onEnd, "quiet"));
    return [title, make("p", "play-cheer", cheer(points / (100 * ROUNDS))), list, foot];
  }

  /** @param {string} words @param {() => void} onClick @param {string} [kind] */
  #button(words, onClick, kind = "") {
    const button = make("button", `button small ${kind}`, words);
    button.setAttribute("type", "button");
    button.addEventListener("click", onClick);
    return button;
  }
}

/** @param {number} share of all points */
function cheer(share) {
  if (share > 0.85) return say("An open book. Actors train for years to do that.");
  if (share > 0.6) return say("Very readable! One more try?");
  return say("A poker face has its uses. Big eyebrows help: try again.");
}

/** @param {string} tag @param {string} className @param {string} [text] @returns {HTMLElement} */
function make(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
