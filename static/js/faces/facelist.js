// @ts-check
/** The cards of the faces: number, word, confidence, and a bar for every emotion in its fixed place. */

import { say } from "../shared/words.js";
import { FACE_SIZE } from "./crops.js";
import { describe, inPlace, nameOf, sureness } from "./emotions.js";
import { makeGlyph, setGlyph } from "./glyphs.js";
import { Leading } from "./leading.js";

/** @typedef {import("./cast.js").Member} Member */

/** A list element that shows faces; it updates the existing cards. */
export class FaceList {
  #list;
  #colourOfNumber;
  #onWhy;
  /** @type {Map<number, FaceCard>} */
  #cards = new Map();

  /** @param {HTMLElement} list an ol or ul @param {(number: number) => string} colourOfNumber @param {(member: Member) => void} onWhy a person asks why a face is read as it is */
  constructor(list, colourOfNumber, onWhy) {
    this.#list = list;
    this.#colourOfNumber = colourOfNumber;
    this.#onWhy = onWhy;
  }

  /** @param {Member[]} members in the order to show */
  show(members) {
    const present = new Set(members.map((member) => member.number));
    for (const [number, card] of this.#cards) if (!present.has(number)) this.#remove(number, card);
    this.#list.dataset.crowd = members.length > 1 ? (members.length > 2 ? "many" : "two") : "";
    members.forEach((member, index) => {
      const card = this.#cards.get(member.number) ?? this.#add(member.number);
      if (this.#list.children[index] !== card.item) this.#list.insertBefore(card.item, this.#list.children[index] ?? null);
      card.show(member);
    });
  }

  /** Shows a face's hint and the network's view of it; without pixels the small picture is hidden. @param {number} number @param {string} hint @param {Uint8ClampedArray | null} pixels */
  advise(number, hint, pixels) {
    this.#cards.get(number)?.advise(hint, pixels);
  }

  /** Shows or hides the "Why?" buttons. @param {boolean} canAsk */
  offerWhy(canAsk) {
    this.#list.toggleAttribute("data-why", canAsk);
  }

  /** @param {number} number @param {boolean} isShown whether the answer is, or soon will be @param {string} words @param {boolean} [hasMap] whether a map goes with them */
  explain(number, isShown, words, hasMap = false) {
    this.#cards.get(number)?.explain(isShown, words, hasMap);
  }

  /** Shows the bars of all words, or only of the leading ones. @param {boolean} all */
  showAll(all) {
    this.#list.toggleAttribute("data-all", all);
  }

  /** @param {number} number */
  #add(number) {
    const card = new FaceCard(number, this.#colourOfNumber(number), this.#onWhy);
    this.#cards.set(number, card);
    return card;
  }

  /** @param {number} number @param {FaceCard} card */
  #remove(number, card) {
    card.item.remove();
    this.#cards.delete(number);
  }
}

/** One face's card. */
class FaceCard {
  item = make("li", "face");
  #glyph = makeGlyph("other");
  #words = make("strong", "face-words");
  #sure = make("span", "face-sure");
  #bars = make("ul", "bars");
  #rival = make("p", "face-rival");
  #hint = make("p", "face-hint");
  #why = make("button", "face-why button small quiet", say("Why?"));
  #scale = make("p", "face-scale");
  #because = make("p", "face-because");
  #leading = new Leading();
  /** @type {Member | undefined} */
  #member;
  #crop = Object.assign(document.createElement("canvas"), { className: "face-crop", width: FACE_SIZE, height: FACE_SIZE, hidden: true });
  /** @type {Map<string, {row: HTMLElement, fill: HTMLElement, raw: HTMLElement, rival: HTMLElement, value: HTMLElement}>} */
  #rows = new Map();

  /** @param {number} number @param {string} colour @param {(member: Member) => void} onWhy */
  constructor(number, colour, onWhy) {
    const head = make("div", "face-head");
    const badge = make("span", "face-number", String(number));
    badge.style.setProperty("--face", colour);
    badge.dataset.shape = String(Math.floor((number - 1) / 8) % 3);
    const text = make("div", "face-text");
    text.append(this.#words, this.#sure);
    this.#crop.setAttribute("role", "img");
    this.#crop.setAttribute("aria-label", say("What the network sees: 48 by 48 grey pixels"));
    this.#hint.hidden = this.#rival.hidden = true;
    this.#because.setAttribute("role", "status");
    this.#scale.hidden = true;
    this.#scale.append(make("span", "", say("little")), make("i", ""), make("span", "", say("much")));
    this.#why.setAttribute("type", "button");
    this.#why.setAttribute("aria-label", say("Why? Face {number}", { number }));
    this.#why.setAttribute("aria-pressed", "false");
    this.#why.addEventListener("click", () => this.#member && onWhy(this.#member));
    head.append(badge, this.#glyph, text, this.#crop);
    this.item.append(head, this.#rival, this.#bars, this.#hint, this.#why, this.#scale, this.#because);
  }

  /** @param {boolean} isShown @param {string} words @param {boolean} hasMap */
  explain(isShown, words, hasMap) {
    this.#why.setAttribute("aria-pressed", String(isShown));
    this.#scale.hidden = !hasMap;
    put(this.#because, words);
  }

  /** @param {string} hint @param {Uint8ClampedArray | null} pixels */
  advise(hint, pixels) {
    put(this.#hint, hint);
    this.#hint.hidden = !hint;
    this.item.toggleAttribute("data-poor", hint !== "");
    this.#crop.hidden = !pixels;
    if (!pixels) return;
    const image = new ImageData(FACE_SIZE, FACE_SIZE);
    pixels.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
    this.#crop.getContext("2d")?.putImageData(image, 0, 0);
  }

  /** @param {Member} member */
  show(member) {
    const { face } = (this.#member = member);
    this.item.dataset.emotion = face.emotion;
    this.item.dataset.certain = String(face.certain);
    setGlyph(this.#glyph, face.certain ? face.emotion : "other");
    put(this.#words, face.certain ? describe(face.emotion) : say("not sure"));
    put(this.#sure, saySure(face));
    if (Object.keys(face.emotions).some((label) => !this.#rows.has(label)) || this.#rows.size !== Object.keys(face.emotions).length) {
      this.#lay(Object.keys(face.emotions));
    }
    this.item.toggleAttribute("data-against", face.raw !== undefined);
    this.#showRival(face);
    const major = this.#leading.update(face.emotion, face.emotions);
    for (const [label, { row, fill, raw, rival, value }] of this.#rows) {
      row.toggleAttribute("data-minor", !major.has(label));
      const share = face.emotions[label];
      row.classList.toggle("leads", label === face.emotion);
      fill.style.setProperty("--share", share.toFixed(3));
      raw.style.setProperty("--share", (face.raw?.[label] ?? 0).toFixed(3));
      rival.style.setProperty("--share", (face.rival?.emotions[label] ?? 0).toFixed(3));
      put(value, sureness(share));
    }
  }

  /** @param {import("./emotions.js").Face} face */
  #showRival({ emotion, rival }) {
    this.#rival.hidden = !rival;
    this.item.toggleAttribute("data-rival", rival !== undefined);
    this.item.toggleAttribute("data-disagree", rival !== undefined && rival.emotion !== emotion);
    if (!rival) return;
    const words = rival.certain ? `${describe(rival.emotion)}, ${sureness(rival.emotions[rival.emotion])}` : `${say("not sure")}, ${saySure(rival)}`;
    put(this.#rival, rival.emotion === emotion ? say("B agrees: {words}", { words }) : `≠ ${say("B disagrees: {words}", { words })}`);
  }

  /** @param {string[]} labels */
  #lay(labels) {
    this.#rows.clear();
    this.#bars.replaceChildren();
    for (const label of inPlace(labels)) {
      const row = make("li", "bar");
      row.dataset.bar = label;
      const track = make("span", "bar-track");
      const fill = make("span", "bar-fill");
      const raw = make("span", "bar-raw");
      const rival = make("span", "bar-rival");
      const value = make("span", "bar-value");
      track.append(fill, raw, rival);
      row.append(make("span", "bar-name", nameOf(label)), track, value);
      this.#bars.append(row);
      this.#rows.set(label, { row, fill, raw, rival, value });
    }
  }
}

/** The confidence of a reading, or its likeliest words where it is not certain. @param {{emotion: string, certain: boolean, emotions: Record<string, number>}} reading */
function saySure({ emotion, certain, emotions }) {
  const share = sureness(emotions[emotion]);
  return certain ? say("{share} sure", { share }) : say("perhaps {word}, {share}", { word: nameOf(emotion), share });
}

/** @param {string} tag @param {string} className @param {string} [text] @returns {HTMLElement} */
function make(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

/** Sets the text only if it changed, to avoid a layout. @param {HTMLElement} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
