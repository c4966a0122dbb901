/** The address bar as state. Links are plain anchors; `start` turns clicks on them into navigation. */
let path = $state(globalThis.location?.pathname ?? '/');
let search = $state(globalThis.location?.search ?? '');

export const route = {
  get path() {
    return path;
  },
  get query() {
    return new URLSearchParams(search);
  },
};

/** What is known of an entry of the history. */
interface Entry {
  /** There is an entry of ours below. */
  inside?: boolean;
  /** Something lies over the page: Back closes it. */
  over?: boolean;
  /** Tells entries apart that have the same address. */
  key?: number;
}
const entry = (): Entry => history.state ?? {};

/** Tells the entries of the history apart, also where two have the same address. */
export const entryKey = (): number => entry().key ?? 0;

export function navigate(to: string, { replace = false } = {}): void {
  // What lies over the page goes first, and its entry with it: else Back would lead to the page below once more.
  if (entry().over) void pop().then(() => navigate(to, { replace }));
  else {
    if (replace) history.replaceState(history.state, '', to);
    else if (to !== location.pathname + location.search) {
      history.pushState({ inside: true, key: Date.now() } satisfies Entry, '', to);
      moved = true;
    }
    read();
  }
}

/** Back where there is somewhere inside to go back to, else to a sensible parent. */
export function back(parent: string): void {
  if (entry().inside) history.back();
  else navigate(parent, { replace: true });
}

/** What lies over the page, topmost last. */
let overlays: (() => void)[] = [];

/**
 * Lays something over the page for which Back means away with it. Answers what to call when it went otherwise.
 */
export function overlay(onback: () => void): () => void {
  history.pushState({ ...entry(), over: true } satisfies Entry, '');
  const onpop = () => {
    if (overlays[overlays.length - 1] !== onpop) return;
    lift();
    onback();
  };
  const lift = () => {
    overlays = overlays.filter((o) => o !== onpop);
    removeEventListener('popstate', onpop);
  };
  overlays.push(onpop);
  addEventListener('popstate', onpop);
  return () => {
    if (!overlays.includes(onpop)) return;
    lift();
    if (entry().over) void pop();
  };
}

let popping: Promise<void> | undefined;

/** One entry back; many who ask at once go one entry. */
function pop(): Promise<void> {
  popping ??= new Promise<void>((done) => {
    addEventListener('popstate', () => done(), { once: true });
    history.back();
  }).finally(() => {
    popping = undefined;
  });
  return popping;
}

/** Where a page was left: how far it was scrolled, and the link that led away. */
export interface Place {
  top: number;
  link: string;
}
const places = new Map<number, Place>();
let moved = false;

/** The place of the page on the screen, to be read and kept by the page. */
export function place(): { left: Place | undefined; keep: (top: number) => void; arrived: boolean } {
  const key = entryKey();
  return {
    left: places.get(key),
    keep: (top) => places.set(key, { top, link: places.get(key)?.link ?? '' }),
    arrived: moved,
  };
}

/** The named parts of a path, or null: match('/d/:drama/:n', '/d/drm_1/3') → {drama: 'drm_1', n: '3'}. */
export function match(pattern: string, against: string): Record<string, string> | null {
  const want = pattern.split('/').filter(Boolean);
  const have = against.split('/').filter(Boolean);
  if (want.length !== have.length) return null;
  const parts: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const value = have[i] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    try {
      parts[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return parts;
}

/** Follows Back and Forward and clicks on links under `base`. Answers the function that stops it. */
export function start(base = '/'): () => void {
  const onclick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!under(link.pathname, base)) return;
    event.preventDefault();
    const key = entryKey();
    places.set(key, { top: places.get(key)?.top ?? 0, link: link.getAttribute('href') ?? '' });
    navigate(link.pathname + link.search);
  };
  if (entry().over) history.back(); // Loaded anew while a sheet was open: it is no longer there.
  addEventListener('popstate', read);
  document.addEventListener('click', onclick);
  return () => {
    removeEventListener('popstate', read);
    document.removeEventListener('click', onclick);
  };
}

function under(pathname: string, base: string): boolean {
  const server = ['/api', '/media', '/img'];
  if (base === '/') return ![...server, '/console'].some((p) => pathname === p || pathname.startsWith(`${p}/`));
  return pathname === base || pathname.startsWith(`${base}/`);
}

function read(): void {
  path = location.pathname;
  search = location.search;
}
