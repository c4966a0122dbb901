import { beforeEach, expect, it, vi } from 'vitest';
import { eventually } from '$/testing/eventually.ts';
import type { FeedItem, Watched } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { setLocale } from '../../i18n/locale.svelte.ts';
import { feed } from './feed.svelte.ts';

const item = (id: string) => ({ id, drama: { id }, episode: { id } }) as FeedItem;
const ids = () => feed.items.map((i) => i.slot);

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: {} });
  setLocale('en');
  feed.reset();
});

it('begins anew in another language, and keeps nothing that was asked for in the one before', async () => {
  let answer: (items: FeedItem[]) => void = () => {};
  const asked = vi
    .spyOn(viewer, 'feed')
    .mockReturnValueOnce(new Promise((r) => (answer = (items) => r({ items, next: 'x' }))))
    .mockResolvedValue({ items: [item('zh')], next: 'y' });
  feed.open();
  setLocale('zh-CN');
  feed.open();
  answer([item('en')]);
  await eventually(() => expect(ids()).toEqual(['zh']));
  expect(asked.mock.calls).toEqual([[null], [null]]);
  feed.open();
  expect(asked).toHaveBeenCalledTimes(3); // goes on where it was
  expect(asked).toHaveBeenLastCalledWith('y');
});

it('says when a visit is over, and asks again for what could not be had', async () => {
  vi.spyOn(viewer, 'feed')
    .mockRejectedValueOnce(new Error('away'))
    .mockResolvedValueOnce({ items: [item('a')] });
  await feed.more();
  expect(feed.error).toBeTruthy();
  expect(feed.ended).toBe(false);
  await feed.more();
  expect([feed.error, feed.ended, ids()]).toEqual([null, true, ['a']]);
});

it('goes on where the viewer is in a drama, though the feed is the same for everybody', async () => {
  const why = { code: 'popular', chance: 1, personal: false };
  const everybodys = ['a', 'b'].map((id) => ({ ...item(id), why, grant: { episode_id: id } }) as FeedItem);
  vi.spyOn(viewer, 'feed').mockResolvedValueOnce({ items: everybodys });
  const begun = { drama: { id: 'b' }, episode: { id: 'b5' } } as Watched;
  const asked = vi.spyOn(viewer, 'continue').mockResolvedValueOnce({ items: [begun] });
  await feed.more();
  expect(feed.items.map((i) => [i.slot, i.episode.id, i.grant?.episode_id])).toEqual([
    ['a', 'a', 'a'],
    ['b', 'b5', undefined],
  ]);
  expect(asked).toHaveBeenCalledTimes(1);
});

it('asks for no places where history made the feed: they are in it', async () => {
  const why = { code: 'continue', chance: 1, personal: true };
  vi.spyOn(viewer, 'feed').mockResolvedValueOnce({ items: [{ ...item('a'), why } as FeedItem] });
  const asked = vi.spyOn(viewer, 'continue').mockClear();
  await feed.more();
  expect(ids()).toEqual(['a']);
  expect(asked).not.toHaveBeenCalled();
});
