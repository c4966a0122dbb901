import type { Page } from '@playwright/test';
import { clip, faults, poster, trailer } from './clips.ts';
import { Producer } from './house.ts';
import { granted, openBarePage, players, playToEnd } from './players.ts';
import { beginDrama, publish, signIn, uploadOverBrokenWire } from './producing.ts';
import { clipSeconds, expect, bare as test } from './test.ts';
import {
  forceAnotherQuality,
  joinByCode,
  length,
  pause,
  resume,
  screenVideo,
  scrubTo,
  seconds,
  swipeDown,
  swipeUp,
} from './watching.ts';

const whale = { 'zh-CN': '深海来电', en: 'A Call from the Deep' };
const harbour = { 'zh-CN': '港湾来信', en: 'Letters from the Harbour' };

// The main job, as a producer and viewers see it: a file goes in, over a connection that breaks on the way, and a swipe
// plays it, to its end, on another device, and in every player of the field.
test('an episode is uploaded, published, swiped to, watched, gone on with, and plays everywhere', async ({
  node,
  wire,
  scratch,
  elsewhere,
}) => {
  test.setTimeout(1_200_000);
  const art = await poster(scratch);
  const neighbour = await test.step('something is on already', async () => {
    const producer = await Producer.setUp(node);
    const drama = await producer.draft(harbour, art, [await clip(scratch, clipSeconds, 2)]);
    await producer.playable(drama, 1);
    await producer.publish(drama);
    await producer.leave();
    return drama;
  });

  await test.step('a producer uploads an episode over a broken connection and publishes it', async () => {
    const desk = await elsewhere({ baseURL: wire.url, viewport: { width: 1440, height: 900 }, locale: 'en' });
    await signIn(desk);
    await beginDrama(desk, whale, art);
    await uploadOverBrokenWire(desk, wire, await trailer(scratch));
    await publish(desk);
    await desk.close();
  });

  const stranger = await elsewhere();
  await openBarePage(stranger);
  const episode = await newEpisode(stranger, neighbour);

  const phone = await elsewhere();
  await test.step('a viewer swipes to it', async () => {
    await phone.goto('/');
    await expect.poll(() => seconds(phone)).toBeGreaterThan(0.5);
    await swipeTo(phone, whale['zh-CN'], harbour['zh-CN']);
    await expect.poll(() => seconds(phone)).toBeGreaterThan(0.5);
  });

  await test.step('and plays it to its end, with a forced quality and a seek', async () => {
    await forceAnotherQuality(phone);
    const late = (await length(phone)) * 0.6;
    await scrubTo(phone, 0.6);
    await expect.poll(() => seconds(phone)).toBeGreaterThan(late + 0.5);
    await scrubTo(phone, 0.95);
    await expect(screenVideo(phone)).toHaveJSProperty('ended', true);
  });

  await test.step('another device of the same account goes on where this one stopped', async () => {
    await phone.getByRole('button', { name: '再看一遍' }).click();
    await expect(screenVideo(phone)).toHaveJSProperty('ended', false);
    const middle = (await length(phone)) * 0.5;
    await scrubTo(phone, 0.5);
    await expect.poll(() => seconds(phone)).toBeGreaterThan(middle + 0.5);
    const left = await pause(phone);

    const tablet = await elsewhere({ viewport: { width: 820, height: 1180 } });
    await joinByCode(phone, tablet);
    await resume(tablet, whale['zh-CN'], 1, left);
    await tablet.close();
  });
  await phone.close();

  for (const player of players) {
    await test.step(`${player.name} plays it`, async () => {
      const page = await elsewhere();
      await playToEnd(page, player, episode);
      await page.close();
    });
  }

  await test.step('ffprobe finds no fault', async () => {
    const { hls, dash } = await granted(stranger, episode);
    for (const manifest of [hls, dash]) expect(await faults(node.url + manifest)).toBe('');
  });
});

/** Waits until the feed has another drama than the known one; answers its episode. */
async function newEpisode(page: Page, known: string): Promise<string> {
  let episode = '';
  const look = async () => {
    const feed = await page.request.get('/api/v1/feed');
    const { items } = (await feed.json()) as { items: { drama: { id: string }; episode: { id: string } }[] };
    episode = items.find((item) => item.drama.id !== known)?.episode.id ?? '';
    return episode;
  };
  await expect.poll(look, { message: 'the new episode in the feed' }).not.toBe('');
  return episode;
}

/** Swipes to one of two dramas; where the feed begins with it, away from it and back. */
async function swipeTo(page: Page, wanted: string, other: string): Promise<void> {
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText(new RegExp(`^(${wanted}|${other})$`));
  const first = (await title.textContent()) === wanted;
  await swipeUp(page);
  if (first) {
    await expect(title).toHaveText(other);
    await swipeDown(page);
  }
  await expect(title).toHaveText(wanted);
}
