// The service worker: the site's pages, scripts and styles of one version, for visits without a network.
// A page comes from the server while it answers, so a new release is taken at the next visit. A version's files are kept
// and dropped together. No answer to a photo or a frame is ever kept, nor anything else that a visitor showed.
{% macro kept() -%}
[
{% for endpoint in ["pages.live", "pages.photo", "pages.models", "pages.privacy"] %}  {{ url_for(endpoint)|tojson }},
{% endfor %}{% if gives_networks %}  {{ url_for("device.files")|tojson }},
{% endif %}{% for name in static_files %}  {{ url_for("static", filename=name)|tojson }},
{% endfor %}]
{%- endmacro %}
"use strict";

const HOME = `lets-face-it ${self.registration.scope} `; // several such sites may live on one host
{% if not version %}
// The operator has switched this off: what older versions kept is dropped, and the browser forgets the worker.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(HOME) || name === "lets-face-it-networks").map((name) => caches.delete(name)));
  await self.registration.unregister();
}
{% else %}
const CACHE = `${HOME}{{ version }}`;
const PATIENCE_MS = 4000; // a network that hangs is as good as none
const FILES = {{ kept() }}.map((address) => new URL(address, self.location).href);
const [START] = FILES;
const VERSIONED = new Set(FILES.filter((address) => address.includes("/static-")));

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/)[0];
  if (request.method !== "GET") return;
  if (VERSIONED.has(address)) event.respondWith(kept(request));
  else if (request.mode === "navigate" || FILES.includes(address)) event.respondWith(newest(request));
});

/** All of this version or nothing: where one file fails, the older version stays. */
async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((address) => new Request(address, { cache: VERSIONED.has(address) ? "default" : "reload" })));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(HOME) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {Request} request of a file whose address changes with its content */
async function kept(request) {
  return (await (await caches.open(CACHE)).match(request, { ignoreVary: true })) ?? fetch(request);
}

/** @param {Request} request of a page, or of the list of networks: the server's, or the kept one where it does not answer */
async function newest(request) {
  const coming = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const response = await Promise.race([coming, late]).catch(() => null);
  if (response && response.status < 500) return response;
  const cache = await caches.open(CACHE);
  const old = (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) ?? (request.mode === "navigate" ? await cache.match(START) : undefined);
  return old ?? coming;
}
{% endif %}
