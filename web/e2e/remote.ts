import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** A remote control: four arrows, OK and Back, and what its user sees of the focus. */
export const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
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

/** How many things can be focused, and which of them is; -1 for none. */
function count(page: Page): Promise<{ at: number; of: number; names: string[] }> {
  return page.evaluate(() => {
    const all = [
      ...document.querySelectorAll<HTMLElement>('.tv a[href], .tv button:not(:disabled), .tv [tabindex="0"]'),
    ];
    const seen = all.filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
    const names = seen.map((e) => (e.getAttribute('aria-label') ?? e.textContent ?? '').trim());
    return { at: seen.indexOf(document.activeElement as HTMLElement), of: seen.length, names };
  });
}

/**
 * Goes everywhere the arrows lead, as somebody would who has never seen the page. Answers when every thing that can be
 * focused has been, and each leads back to every other.
 */
export async function crawl(page: Page): Promise<void> {
  const first = await count(page);
  const ways = new Map<number, Map<Arrow, number>>();
  let at = first.at;
  const tried = (n: number) => {
    const known = ways.get(n) ?? new Map<Arrow, number>();
    ways.set(n, known);
    return known;
  };
  const press = async (arrow: Arrow) => {
    await page.keyboard.press(arrow);
    const now = await count(page);
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

/** Texts that are too small to be read across a room, or lie where a set may cut them. */
export function illegible(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const walk = document.createTreeWalker(document.querySelector('.tv') as Node, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const words = node.textContent?.trim() ?? '';
      const around = node.parentElement;
      if (!words || !around?.checkVisibility({ visibilityProperty: true }) || around.closest('.quiet')) continue;
      const size = Number.parseFloat(getComputedStyle(around).fontSize);
      if (size < 24) faults.push(`${size} px: ${words}`);
      if (around.closest('.track')) continue; // A row goes on beyond the edge.
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      const cut = around.closest('.clip') ? 0 : right;
      if (left < 72 || cut > 1848 || top < 48 || bottom > 1032)
        faults.push(`at ${[left, top, right, bottom].map(Math.round)}: ${words}`);
    }
    return faults;
  });
}
