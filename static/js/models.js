// @ts-check
/** The models page: a link to a folded part unfolds it. */

function unfold() {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  for (let at = part || null; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  if (part) part.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();
