// Keeps the shell of the watch app (page, scripts, styles) so that it opens without a network.
// Answers of the API, pictures and media are never stored here: they have their own rules.
const version = '{{version}}';
const both = ['{{shell}}'];
const tv = ['{{tv}}'];
const face = new URL(self.location.href).searchParams.get('face');
const shell = face === 'tv' ? [...both, ...tv] : both;
const page = '/';
const cacheName = `shell-${version}-${face}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll([page, '/manifest.webmanifest', ...shell]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((n) => n.startsWith('shell-') && n !== cacheName).map((n) => caches.delete(n))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (['/console', '/api', '/hooks'].some((begin) => url.pathname.startsWith(begin))) return;
    // The network first: the server adds the title and the description of the page asked for.
    event.respondWith(fetch(request).catch(() => caches.match(page)));
    return;
  }
  if (shell.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((hit) => hit ?? fetch(request)));
  }
});
