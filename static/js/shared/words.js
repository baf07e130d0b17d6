// @ts-check
/**
 * The page's texts in its language. A catalogue's keys are the English texts; a text that the catalogue lacks stays
 * English. `<html data-words="…">` holds the catalogue's address; English has no catalogue.
 */

const root = globalThis.document?.documentElement;

/** The language of the page, such as "en". */
export const language = root?.lang || "en";

/** @type {Record<string, string | Record<string, string>>} a text, or its plural forms by CLDR category */
const catalogue = await load(root?.dataset.words);
const plurals = new Intl.PluralRules(language);
const percents = new Intl.NumberFormat(language, { style: "percent" });

/** A text in the page's language, with each `{name}` replaced by the value of that name. @param {string} text in English @param {Record<string, string | number>} [values] */
export function say(text, values) {
  const found = catalogue[text];
  return fill(typeof found === "string" ? found : text, values);
}

/**
 * A text in its plural form for `number`, with `{count}` replaced by the number.
 * @param {number} number @param {string} one in English, for one @param {string} other in English, for all other numbers @param {Record<string, string | number>} [values]
 */
export function sayCount(number, one, other, values) {
  const found = catalogue[one];
  const text = typeof found === "object" ? (found[plurals.select(number)] ?? found.other) : number === 1 ? one : other;
  return fill(text, { count: number, ...values });
}

/** A share as a whole percentage, such as "94%". @param {number} share 0..1 */
export function percent(share) {
  return percents.format(Math.round(share * 100) / 100);
}

/** @param {string} text @param {Record<string, string | number>} [values] */
function fill(text, values = {}) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string | undefined} address */
async function load(address) {
  if (!address) return {};
  try {
    return await (await fetch(address)).json();
  } catch {
    return {}; // without its catalogue the page is shown in English
  }
}
