import { back, navigate } from '../../../router/index.svelte.ts';

/** The page above a page; null at the top. */
export function parentOf(path: string): string | null {
  if (path === '/') return null;
  const episode = /^(\/d\/[^/]+)\/\d+$/.exec(path);
  if (episode?.[1]) return episode[1];
  if (path === '/me/minors/forgotten') return '/me/minors';
  if (path === '/sign-in' || path.startsWith('/me/')) return '/me';
  return path.startsWith('/genre/') ? '/theatre' : '/';
}

/** One level up: where the person came from, or the parent for who came by a link. */
export function up(path: string): void {
  back(parentOf(path) ?? '/');
}

/**
 * To one of the places of the rail. They lie side by side: from one to another is no level deeper, so that Back leads
 * home from each.
 */
export function go(from: string, to: string): void {
  if (from === to) return;
  if (from === '/') navigate(to);
  else if (to === '/') back('/');
  else {
    history.replaceState({ ...history.state, key: Date.now() }, '');
    navigate(to, { replace: true });
  }
}

const greeted = 'cliffhanger.greeted';

/** Whether this television is new: nobody has signed it in or looked around. */
export function welcome(): boolean {
  try {
    return localStorage.getItem(greeted) === null;
  } catch {
    return false; // It would greet each time.
  }
}

export function lookAround(): void {
  try {
    localStorage.setItem(greeted, '1');
  } catch {}
}

/** As on the first day: the next page says how to sign in. */
export function greetAgain(): void {
  try {
    localStorage.removeItem(greeted);
  } catch {}
}
