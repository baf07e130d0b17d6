// @ts-check
/** Registers the service worker, which lets the site open without a network. `<html data-offline="…">` holds its address. */

const { offline } = document.documentElement.dataset;

if (offline && navigator.serviceWorker) {
  // Only after the page has loaded, so that filling the cache does not slow the first visit.
  addEventListener("load", () => {
    navigator.serviceWorker.register(offline, { updateViaCache: "none" }).catch(() => {}); // fails with an untrusted certificate or in a private window
  });
}
