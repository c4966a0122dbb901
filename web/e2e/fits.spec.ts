import { expect, test } from './test.ts';
import { seconds } from './watching.ts';

// What has to find room on a phone, and what a screen is sent.

test('the button of the episodes is whole, and the home bar of a phone covers nothing', async ({ page, house }) => {
  const phone = await page.context().newCDPSession(page);
  await phone.send('Emulation.setSafeAreaInsetsOverride', { insets: { bottom: 34 } });
  await page.goto(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  const button = page.getByRole('button', { name: /^选集/ });
  const owned = await button.evaluate((b) => {
    const { left, bottom, width } = b.getBoundingClientRect();
    return b.contains(document.elementFromPoint(left + width / 2, bottom - 1));
  });
  expect(owned).toBe(true);
  const bar = await page.getByRole('slider', { name: '播放进度' }).boundingBox();
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBe(844 - 34);
});

test('a line of fourteen characters stays one line on a narrow phone', async ({ page, house }) => {
  const line = '他说那盏灯灭了以后谁都别回来';
  await page.setViewportSize({ width: 360, height: 740 });
  await page.route(/\.vtt/, (route) =>
    route.fulfill({ contentType: 'text/vtt', body: `WEBVTT\n\n00:00.000 --> 00:09.900\n${line}\n` }),
  );
  await page.goto(`/d/${house.lantern.id}/1`);
  const shown = page.locator('.captions span').filter({ hasText: line });
  await expect(shown).toBeVisible();
  // The line may be put up anew while it is measured; what is gone has no height.
  const lines = () =>
    shown.evaluate((s) =>
      Math.round(s.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(s).lineHeight)),
    );
  await expect.poll(lines).toBe(1);
});

test('on an unfolded screen the picture and what belongs to it have a half each, and nothing crosses the fold', async ({
  page,
  house,
}) => {
  await page.setViewportSize({ width: 864, height: 960 });
  const hand = await page.context().newCDPSession(page);
  const fold = { orientation: 'vertical' as const, offset: 420, maskLength: 24 };
  await hand.send('Emulation.setDeviceMetricsOverride', {
    width: 864,
    height: 960,
    deviceScaleFactor: 1,
    mobile: true,
    displayFeature: fold,
  });
  await page.goto(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  const left = await page.locator('.watch-screen .video').boundingBox();
  const right = await page.getByRole('complementary').boundingBox();
  expect((left?.x ?? 0) + (left?.width ?? 0)).toBe(420);
  expect(right?.x).toBe(444);
  expect((right?.x ?? 0) + (right?.width ?? 0)).toBe(864);
});

test('an unfolded phone without a word of its fold has room beside the picture, and every control its own', async ({
  page,
  house,
}) => {
  await page.setViewportSize({ width: 673, height: 841 });
  await page.goto(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  const picture = await page.locator('.watch-screen .video').boundingBox();
  const beside = page.getByRole('complementary');
  await expect(beside.getByRole('link', { name: /第 2 集/ })).toBeVisible();
  const context = await beside.boundingBox();
  const end = (picture?.x ?? 0) + (picture?.width ?? 0);
  expect(context?.x).toBe(end);
  expect((context?.x ?? 0) + (context?.width ?? 0)).toBe(673);
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible();
  for (const control of await page.locator('.bar').getByRole('button').all()) {
    const box = (await control.isVisible()) ? await control.boundingBox() : null;
    if (!box) continue;
    expect(box.x + box.width).toBeLessThanOrEqual(end);
    expect(box.width).toBeGreaterThanOrEqual(44);
  }
});

test('a screen says what it can show, and is offered links to that', async ({ page, house: { url, lantern } }) => {
  await page.addInitScript(() => {
    const can = async ({ video }: MediaDecodingConfiguration) =>
      ({ supported: !!video?.contentType.includes('av01.0.08M.08'), smooth: true }) as MediaCapabilitiesDecodingInfo;
    Object.defineProperty(navigator, 'mediaCapabilities', { get: () => ({ decodingInfo: can }) });
  });
  const offered = async () => {
    const asked = page.waitForResponse((r) => r.url().endsWith('/api/v1/grants'));
    await page.goto(`/d/${lantern.id}/1`);
    const { hls } = (await (await asked).json()) as { hls: string };
    await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
    return new URL(hls, url).pathname.split('/').at(-1);
  };
  expect(await offered()).toBe('master.m3u8'); // nothing waits for what the first launch finds out
  await expect.poll(() => page.evaluate(() => localStorage.getItem('display'))).toMatch(/^\d+x\d+_av1(_turns)?$/);
  expect(await offered()).toMatch(/^master\.\d+x\d+_av1(_turns)?\.m3u8$/);
});
