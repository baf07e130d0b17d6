// @ts-check
/** Registers the service worker, with which the site opens without a network. `<html data-offline="…">` holds its address. */

const { offline } = document.documentElement.dataset;

if (offline && navigator.serviceWorker) {
  // Not before the page is there: what it keeps must not slow the first visit.
  addEventListener("load", () => {
    navigator.serviceWorker.register(offline, { updateViaCache: "none" }).catch(() => {}); // a certificate that nobody vouches for, a private window
  });
}
