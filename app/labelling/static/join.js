// @ts-check
/** The page behind a link to join: a name, consent, and on to the faces. */

import { ask, find } from "./ask.js";

const form = find("join");

form.addEventListener("submit", async (/** @type {Event} */ event) => {
  event.preventDefault();
  const { join, next, api } = form.dataset;
  try {
    await ask(api, join ? { join, name: find("name").value } : {});
    location.assign(next);
  } catch (refusal) {
    find("trouble").textContent = refusal.message;
  }
});
