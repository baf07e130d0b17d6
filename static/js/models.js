// @ts-check
/** The models page: opens a collapsed section when a link leads to it. */

function unfold() {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  for (let at = part || null; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  if (part) part.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();
