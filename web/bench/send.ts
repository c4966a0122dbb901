import type { Run } from './main.ts';
import { tap } from './open.ts';
import { phone, type Screen, slowLine, tv } from './phone.ts';
import { firstPicture } from './probe.ts';
import { median, print, quantile, say, spread } from './report.ts';
import { Traffic } from './traffic.ts';

/** From the tap that sends an episode to the television until it shows a picture, and how far that is from the phone's. */
export async function measureSend(run: Run): Promise<void> {
  const tries = run.quick ? 5 : 20;
  const took: number[] = [];
  const apart: number[] = [];
  const taps: number[] = [];
  while (took.length < tries) {
    const from = await phone(run.browser, run.url);
    const to = await tv(run.browser, run.url);
    const sent = await send(from, to);
    took.push(sent.took);
    apart.push(sent.apart);
    await from.close();
    await to.close();
    const alone = await phone(run.browser, run.url);
    taps.push(await tap('reduce')(alone, new Traffic(alone.cdp)));
    await alone.close();
    say(
      `${took.length}: ${Math.round(sent.took)} ms, ${Math.round(sent.apart)} ms apart; a tap ${Math.round(taps.at(-1) ?? 0)} ms`,
    );
  }
  const how = `the television at 5 Mbit/s, 80 ms; ${took.length} times, each on a new pair`;
  print({
    figure: 'Tap on the phone to the television’s first picture',
    value: median(took),
    unit: 'ms',
    target: 1500,
    details: `${how}, min / quartiles / max ${spread(took)} ms`,
  });
  print({
    figure: 'Tap on the phone to the television’s first picture, against a tap to the phone’s own',
    value: median(took) / median(taps),
    unit: '×',
    details: `the phone’s own, nothing fetched ahead, on the same line and in turns: median ${Math.round(median(taps))}, min / quartiles / max ${spread(taps)} ms`,
  });
  print({
    figure: 'Position difference after a hand-off',
    value: quantile(apart, 1),
    unit: 'ms',
    target: 250,
    details: `the largest: the first picture on the television against where the phone’s stood when it let go; min / quartiles / max ${spread(apart)} ms`,
  });
}

async function send(from: Screen, to: Screen): Promise<{ took: number; apart: number }> {
  const entered = from.page.waitForResponse((r) => r.url().endsWith('/api/v1/sessions'));
  await from.page.goto('/theatre');
  await entered;
  const made = await from.page.request.post('/api/v1/device-links');
  const link = (await made.json()) as { code: string };
  const joined = await to.page.request.post('/api/v1/sessions/link', {
    data: { code: link.code, device: { name: 'TV', form: 'tv' } },
  });
  if (!joined.ok()) throw new Error(`the television cannot join: ${await joined.text()}`);
  await to.page.addInitScript(() => localStorage.setItem('cliffhanger.greeted', '1'));
  await to.page.goto('/?face=tv');
  await to.page.locator('.tv [data-key]').first().waitFor();

  await from.page.locator('a[href^="/d/"]').first().click();
  await from.page.locator('.bar a[href^="/d/"]').click();
  await from.page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('video:not([aria-hidden])');
    return video && !video.paused && video.currentTime > 5;
  });
  await from.page.getByRole('button', { name: '接力' }).click();
  const choice = from.page.getByRole('button', { name: /^在“.+”上播放$/ });
  await choice.waitFor();
  await to.page.waitForTimeout(1500); // Its home is there.
  await slowLine(to.cdp);
  await to.page.evaluate(() => dispatchEvent(new PointerEvent('pointerup'))); // From now on the first picture counts.
  const asked = from.page.waitForRequest((r) => /\/players\/[^/]+\/commands$/.test(r.url()));
  await choice.click();
  const { position_ms: left } = (await asked).postDataJSON() as { position_ms: number };
  await firstPicture(to.page);
  const tapped = await from.page.evaluate(() => performance.timeOrigin + window.__probe.gesture);
  const shown = await to.page.evaluate(() => {
    const first = window.__probe.first;
    return { at: performance.timeOrigin + (first?.at ?? 0), second: first?.mediaSeconds ?? Number.NaN };
  });
  return { took: shown.at - tapped, apart: Math.abs(shown.second * 1000 - left) };
}
