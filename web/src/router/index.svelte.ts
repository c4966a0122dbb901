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

export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState({}, '', to);
  else if (to !== location.pathname + location.search) history.pushState({ inside: true }, '', to);
  read();
}

/** Back where there is somewhere inside to go back to, else to a sensible parent. */
export function back(parent: string): void {
  if (history.state?.inside) history.back();
  else navigate(parent, { replace: true });
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
    navigate(link.pathname + link.search);
  };
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
