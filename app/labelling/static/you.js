// @ts-check
/** The page about oneself: copy the own link, or withdraw. */

import { ask, find } from "./ask.js";

const copy = find("copy");

copy.addEventListener("click", () => {
  find("link").select();
  // navigator.clipboard is missing on http:// pages of another machine.
  if (navigator.clipboard) navigator.clipboard.writeText(find("link").value);
  else document.execCommand("copy");
  copy.textContent = copy.dataset.copied;
});

find("withdraw").addEventListener("click", () => {
  find("sure").hidden = false;
  find("delete").focus();
});

find("delete").addEventListener("click", async () => {
  try {
    await ask(find("delete").dataset.api, {});
    find("sure").hidden = find("withdraw").hidden = true;
    find("status").textContent = find("status").dataset.gone;
  } catch (refusal) {
    find("status").textContent = refusal.message;
  }
});
