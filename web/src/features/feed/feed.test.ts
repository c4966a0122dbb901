import { beforeEach, expect, it, vi } from 'vitest';
import { eventually } from '$/testing/eventually.ts';
import type { FeedItem } from '../../api/types.ts';
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
