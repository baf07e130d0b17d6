// @ts-check
/** Opens a film on the photo page. */

import { FilmCard } from "./card.js";

/** Puts a film's card among the results and reads the film there; kept once it is read or paused. @type {import("../photos/openers.js").Opener["open"]} */
export async function open(file, { results, model, place }) {
  const card = new FilmCard(file, place);
  results.append(card.item);
  const watcher = new MutationObserver(() => {
    if (card.item.isConnected) return;
    watcher.disconnect();
    card.close();
  });
  watcher.observe(results, { childList: true }); // cards go when the page is cleared
  await card.read(model);
}
