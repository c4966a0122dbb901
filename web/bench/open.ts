import type { Run } from './main.ts';
import { phone, type Screen, slowLine } from './phone.ts';
import { firstPicture } from './probe.ts';
import { median, print, say, spread } from './report.ts';
import { Traffic } from './traffic.ts';

/** From a tap, and from an empty cache, to the first picture over a slow line. */
export async function measureOpen(run: Run): Promise<void> {
  const tries = run.quick ? 5 : 20;
  const taps = await repeat(run, tries, tap('reduce'));
  const details = (what: string, took: number[]) =>
    `5 Mbit/s, 80 ms; ${what}; ${took.length} times, min / quartiles / max ${spread(took)} ms`;
  const how =
    'app open on a drama’s page, nothing of it fetched ahead (motion reduced, so that its clip does not play)';
  print({ figure: 'Tap to first picture', value: median(taps), unit: 'ms', target: 550, details: details(how, taps) });
  const after = await repeat(run, tries, tap('no-preference'));
  print({
    figure: 'Tap to first picture, its page’s clip seen',
    value: median(after),
    unit: 'ms',
    details: details('as most do', after),
  });
  const visits = await repeat(run, tries, visit);
  const what = 'new viewer, empty cache, For You page';
  print({
    figure: 'Visit to first picture',
    value: median(visits),
    unit: 'ms',
    target: 1800,
    details: details(what, visits),
  });
}

type Attempt = (phone: Screen, traffic: Traffic) => Promise<number>;

async function repeat({ browser, url, trace }: Run, tries: number, attempt: Attempt): Promise<number[]> {
  const took: number[] = [];
  while (took.length < tries) {
    const each = await phone(browser, url);
    const traffic = new Traffic(each.cdp);
    took.push(await attempt(each, traffic));
    if (trace) traffic.tell();
    await each.close();
    say(`${took.length}: ${Math.round(took.at(-1) ?? 0)} ms`);
  }
  return took;
}

/** Looks through the theatre to a drama, waits until its pictures are there, and taps Start. */
export const tap = (reducedMotion: 'reduce' | 'no-preference') =>
  async function press({ page, cdp }: Screen, traffic: Traffic): Promise<number> {
    await page.emulateMedia({ reducedMotion });
    await page.goto('/theatre');
    await page.locator('a[href^="/d/"]').first().click();
    const start = page.locator('.bar a[href^="/d/"]');
    await start.waitFor();
    await page.waitForTimeout(1500); // Its pictures; the network is never idle, because an event stream stays open.
    await slowLine(cdp);
    traffic.clear();
    await start.click();
    return firstPicture(page);
  };

async function visit({ page, cdp }: Screen): Promise<number> {
  await slowLine(cdp);
  await page.goto('/', { waitUntil: 'commit' });
  return firstPicture(page);
}
