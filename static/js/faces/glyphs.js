// @ts-check
/** The emotion icons as SVG. They only repeat the word beside them, so they are hidden from screen readers. */

import { inkOf, strokesOf } from "./emotions.js";

const SVG = "http://www.w3.org/2000/svg";

/** An emotion's icon; its disc has the emotion's colour. @param {string} emotion */
export function makeGlyph(emotion) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("glyph");
  const disc = svg.appendChild(document.createElementNS(SVG, "circle"));
  for (const [name, value] of Object.entries({ cx: "12", cy: "12", r: "11.5" })) disc.setAttribute(name, value);
  svg.appendChild(document.createElementNS(SVG, "path"));
  setGlyph(svg, emotion);
  return svg;
}

/** Changes the emotion of an icon. @param {SVGElement} svg @param {string} emotion */
export function setGlyph(svg, emotion) {
  if (svg.dataset.emotion === emotion) return;
  svg.dataset.emotion = emotion;
  const path = /** @type {SVGElement} */ (svg.lastChild);
  path.setAttribute("d", strokesOf(emotion));
  path.setAttribute("stroke", inkOf(emotion));
}

/** Adds an icon to every element with `data-glyph`. */
export function fillGlyphs(root = document) {
  for (const place of root.querySelectorAll("[data-glyph]")) {
    place.replaceChildren(makeGlyph(/** @type {HTMLElement} */ (place).dataset.glyph ?? ""));
  }
}
