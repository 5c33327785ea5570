// Keeps the page that checks papers, and nothing else, for when there is no network. The handler puts CACHE and FILES
// in front of this: fingerprinted assets, so that a new version is a new cache.
const { CACHE, FILES, PAGE, KEYS } = self;

self.addEventListener("install", (event) => {
  const wanted = FILES.map((file) => new Request(file, { credentials: "omit" }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(wanted))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function networkFirst(request, name, store) {
  try {
    const fresh = await fetch(request);
    if (store && fresh.ok) await (await caches.open(CACHE)).put(name, fresh.clone());
    return fresh;
  } catch (lost) {
    const kept = await caches.match(name);
    if (kept) return kept;
    throw lost;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(networkFirst(request, PAGE, false));
  else if (pathname === KEYS && !search) event.respondWith(networkFirst(request, KEYS, true));
  else if (pathname !== PAGE && FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
