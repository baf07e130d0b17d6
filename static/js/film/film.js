// @ts-check
/** Opens a film on the photo page. */

import { FilmCard } from "./card.js";

/** Adds a film's card to the results and reads the film; resolves once it is read or paused. @type {import("../photos/openers.js").Opener["open"]} */
export async function open(file, { results, model, place }) {
  const card = new FilmCard(file, place);
  results.append(card.item);
  const watcher = new MutationObserver(() => {
    if (card.item.isConnected) return;
    watcher.disconnect();
    card.close();
  });
  watcher.observe(results, { childList: true }); // clearing the page removes the cards
  await card.read(model);
}
