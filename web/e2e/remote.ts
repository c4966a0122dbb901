import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** A remote control: four arrows, OK and Back, and what its user sees of the focus. */
export const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
const focusable = 'a[href], button:not(:disabled), [tabindex="0"]';
export type Arrow = (typeof arrows)[number];

/** Opens the TV face of a set that is not new, and waits until something has the focus. */
export async function openTv(page: Page, path = '/'): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('cliffhanger.greeted', '1'));
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}face=tv`);
  await settled(page);
}

/** What was asked for is there, and the focus is on something of it. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('.tv') &&
      !document.querySelector('[data-arriving]') &&
      !document.querySelector('.tv [aria-busy="true"]') &&
      document.activeElement?.matches('.tv a, .tv button, .tv [tabindex="0"]'),
  );
}

/** What is focused, in words that stay the same while it does. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const e = document.activeElement as HTMLElement;
    const group = e.closest<HTMLElement>('[data-group]')?.dataset.group ?? '';
    return [group, e.dataset.key ?? e.getAttribute('href') ?? '', e.getAttribute('href') ?? ''].join(' ');
  });
}

/** How many things can be focused, which of them is (-1 for none), what they are called, and the groups of what leads elsewhere. */
function count(page: Page): Promise<{ at: number; of: number; names: string[]; leads: (string | null)[] }> {
  return page.evaluate((focusable) => {
    // What must be answered first has the keys for itself.
    const root = document.querySelector('.tv [data-modal]') ?? document.querySelector('.tv') ?? document;
    const all = [...root.querySelectorAll<HTMLElement>(focusable)];
    const seen = all.filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
    const names = seen.map((e) => (e.getAttribute('aria-label') ?? e.textContent ?? '').trim());
    const leads = seen.map((e) =>
      /^\/(?!$|d\/[^/]+\/\d+$)/.test(e.getAttribute('href') ?? '')
        ? (e.closest<HTMLElement>('[data-group]')?.dataset.group ?? '')
        : null,
    );
    return { at: seen.indexOf(document.activeElement as HTMLElement), of: seen.length, names, leads };
  }, focusable);
}

/** What one of the things that can be focused looks like; '' for the picture that plays, which nothing may cover. */
function looks(page: Page, n: number): Promise<string> {
  return page.evaluate(
    ([n, things]) => {
      const root = document.querySelector('.tv [data-modal]') ?? document.querySelector('.tv') ?? document;
      const all = [...root.querySelectorAll<HTMLElement>(things)];
      const seen = all.filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
      const of = seen[n];
      if (!of || of.getAttribute('role') === 'slider') return `${Math.random()}`;
      const parts = [of, ...of.querySelectorAll('*')].flatMap((e) => [
        getComputedStyle(e),
        getComputedStyle(e, '::before'),
      ]);
      return JSON.stringify(parts.map((s) => [s.color, s.backgroundColor, s.boxShadow, s.borderTopWidth, s.content]));
    },
    [n, focusable] as const,
  );
}

/**
 * Goes everywhere the arrows lead, as somebody would who has never seen the page. Answers when every thing that can be
 * focused has been, and each leads back to every other.
 */
export async function crawl(page: Page): Promise<void> {
  await walk(page);
}

/** Crawls, then follows a link of each group and comes back: the focus is where it was. */
export async function crawlAndReturn(page: Page): Promise<void> {
  const { leads, goTo } = await walk(page);
  // The places of the rail lie side by side: from one to another is no level deeper, and neither is home. What
  // plays an episode changes what other pages show.
  const groups = new Set(leads.filter((group) => group !== null && group !== 'rail'));
  for (const group of groups) {
    await goTo(leads.indexOf(group));
    await thereAndBack(page);
  }
}

/** Presses OK on what is focused, and Back on where it led: the focus is where it was. */
export async function thereAndBack(page: Page): Promise<void> {
  const [before, url] = [await focused(page), page.url()];
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(url);
  await settled(page);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(url);
  await expect.poll(() => focused(page)).toBe(before);
  await settled(page);
}

async function walk(page: Page): Promise<{ leads: (string | null)[]; goTo: (n: number) => Promise<void> }> {
  const first = await count(page);
  const ways = new Map<number, Map<Arrow, number>>();
  let at = first.at;
  const tried = (n: number) => {
    const known = ways.get(n) ?? new Map<Arrow, number>();
    ways.set(n, known);
    return known;
  };
  const told = new Set<number>();
  const press = async (arrow: Arrow) => {
    const [from, look] = [at, told.has(at) ? null : await looks(page, at)];
    await page.keyboard.press(arrow);
    const now = await count(page);
    if (look !== null && now.at !== from) {
      told.add(from);
      await expect.poll(() => looks(page, from), `“${first.names[from]}” shows that it is focused`).not.toBe(look);
    }
    expect(now.of, 'nothing comes or goes by arrows alone').toBe(first.of);
    expect(now.at, `${arrow} from “${first.names[at]}” keeps the focus on the page`).toBeGreaterThanOrEqual(0);
    tried(at).set(arrow, now.at);
    at = now.at;
  };
  for (let presses = 0; presses < 40 * first.of; presses++) {
    const known = tried(at);
    const next = arrows.find((a) => !known.has(a)) ?? wayTo(at, ways, (n) => arrows.some((a) => !ways.get(n)?.has(a)));
    if (!next) break;
    await press(next);
  }
  const unseen = first.names.filter((_, n) => !ways.has(n));
  expect(unseen, 'reached by the arrows').toEqual([]);
  // What was pressed may lead elsewhere by now, because rows remember: but each way was gone once.
  for (const n of ways.keys()) expect(reach(n, ways).size, `“${first.names[n]}” is no trap`).toBe(first.of);
  const goTo = async (n: number) => {
    at = (await count(page)).at;
    for (let presses = 0; presses < 8 * first.of && at !== n; presses++) {
      const next = wayTo(at, ways, (m) => m === n);
      if (next) await press(next);
    }
    expect(first.names[at]).toBe(first.names[n]);
  };
  return { leads: first.leads, goTo };
}

/** The first arrow on the shortest way to a thing that is wanted. */
function wayTo(from: number, ways: Map<number, Map<Arrow, number>>, wanted: (n: number) => boolean): Arrow | undefined {
  const queue: { at: number; first?: Arrow }[] = [{ at: from }];
  const seen = new Set([from]);
  for (const { at, first } of queue) {
    if (first && wanted(at)) return first;
    for (const [arrow, to] of ways.get(at) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push({ at: to, first: first ?? arrow });
    }
  }
  return undefined;
}

function reach(from: number, ways: Map<number, Map<Arrow, number>>): Set<number> {
  const seen = new Set([from]);
  for (const at of seen) for (const to of ways.get(at)?.values() ?? []) seen.add(to);
  return seen;
}

/** Presses an arrow until something is focused that is wanted. */
export async function until(page: Page, arrow: Arrow, wanted: RegExp, most = 40): Promise<void> {
  for (let n = 0; n < most && !wanted.test(await focused(page)); n++) await page.keyboard.press(arrow);
  expect(await focused(page)).toMatch(wanted);
}

/** Goes by the arrows to something that is seen, by its key, and presses OK on it. */
export async function choose(page: Page, key: string): Promise<void> {
  const way = () =>
    page.evaluate((key): Arrow | '' | null => {
      const now = document.activeElement;
      const wanted = document.querySelector(`.tv [data-key="${key}"]`);
      if (!now || !wanted) return null;
      if (now === wanted) return '';
      const [a, b] = [now.getBoundingClientRect(), wanted.getBoundingClientRect()];
      if (b.top >= a.bottom) return 'ArrowDown';
      if (b.bottom <= a.top) return 'ArrowUp';
      return b.left < a.left ? 'ArrowLeft' : 'ArrowRight';
    }, key);
  await expect.poll(way).not.toBeNull();
  for (let presses = 0; presses < 40; presses++) {
    const next = await way();
    if (!next) break;
    await page.keyboard.press(next);
  }
  expect(await way(), `the arrows lead to ${key}`).toBe('');
  await page.keyboard.press('Enter');
}

type Sides = [number, number, number, number];
/** Texts that are too small to be read across a room, or lie where a set may cut them. */
export function illegible(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.querySelector('.tv') as HTMLElement;
    // It is drawn for 1920 × 1080 and scaled to the set.
    const scale = Number(root.style.zoom) || 1;
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const words = node.textContent?.trim() ?? '';
      const around = node.parentElement;
      if (!words || !around?.checkVisibility({ visibilityProperty: true }) || around.closest('.quiet')) continue;
      const size = Number.parseFloat(getComputedStyle(around).fontSize);
      if (size < 24) faults.push(`${size} px: ${words}`);
      if (around.closest('.track')) continue; // A row goes on beyond the edge.
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom].map((px) => px / scale) as Sides;
      const cut = around.closest('.clip') ? 0 : right;
      if (left < 71.5 || cut > 1848.5 || top < 47.5 || bottom > 1032.5)
        faults.push(`at ${[left, top, right, bottom].map(Math.round)}: ${words}`);
    }
    return faults;
  });
}
