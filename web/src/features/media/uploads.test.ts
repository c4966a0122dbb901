import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '$/api/problem.ts';
import { eventually } from '$/testing/eventually.ts';
import { TusServer } from './testing/tus-server.ts';
import { Sent } from './uploads.svelte.ts';

// Under Node the package means Node's HTTP; the page's own way is what is tested.
// @ts-expect-error It has no types of its own.
vi.mock('tus-js-client', () => import('../../../node_modules/tus-js-client/lib.esm/browser/index.js'));

let server: TusServer;
beforeEach(() => {
  server = new TusServer();
  vi.stubGlobal('XMLHttpRequest', server.request());
});
afterEach(() => vi.unstubAllGlobals());

const size = 10;
const purpose = { drama: 'drm_1', organisation: 'org_1', episode: 3 };
const begun = { id: 'upl_1', url: '/api/console/v1/uploads/1', filename: 'ep03.mp4', size, received: 4 };

/** A file of which four of ten bytes were sent on an earlier visit, picked again. */
function pickedAgain(): Sent {
  server.has('/api/console/v1/uploads/1', size, 4);
  const open = { ...begun, created_at: '', expires_at: '' };
  const item: Sent = new Sent(
    'ep03.mp4',
    size,
    purpose,
    () => item.state === 'waiting' && item.start(),
    undefined,
    open,
  );
  item.adopt(new File([new Uint8Array(size)], 'ep03.mp4'));
  return item;
}

for (const status of [500, 502, 503]) {
  it(`goes on where it was after a ${status} while it resumed`, async () => {
    const item = pickedAgain();
    server.answer('HEAD', status);
    item.start();
    await eventually(() => expect(item.state).toBe('offline'));
    item.again();
    await eventually(() => expect(server.complete('/api/console/v1/uploads/1')).toBe(true));
    expect(server.asked).toEqual(['HEAD', 'HEAD', 'PATCH 4']);
    item.pause();
  });
}

for (const status of [404, 410]) {
  it(`begins anew when the server answers ${status}: it no longer has the first bytes`, async () => {
    const item = pickedAgain();
    server.answer('HEAD', status);
    item.start();
    await eventually(() => expect(item.state).toBe('offline'));
    item.again();
    await eventually(() => expect(server.asked).toEqual(['HEAD', 'POST', 'PATCH 0']));
    item.pause();
  });
}

it('waits for room with what the server said, and goes on', async () => {
  const item = pickedAgain();
  server.answer('PATCH', 503, { code: 'media.disk_low', detail: 'The disk is almost full.' });
  item.start();
  await eventually(() => expect(item.state).toBe('held'));
  expect(item.error).toBeInstanceOf(Problem);
  expect((item.error as Problem).detail).toBe('The disk is almost full.');
  item.again();
  await eventually(() => expect(server.complete('/api/console/v1/uploads/1')).toBe(true));
  expect(item.error).toBeNull();
  item.pause();
});

it('resumes what it began itself, also when its second try meets a server that is away', async () => {
  const item: Sent = new Sent(
    'a.mp4',
    size,
    purpose,
    () => item.state === 'waiting' && item.start(),
    new File([new Uint8Array(size)], 'a.mp4'),
  );
  server.answer('PATCH', 502);
  item.start();
  await eventually(() => expect(item.state).toBe('offline'));
  server.answer('HEAD', 503);
  item.again();
  await eventually(() => expect(server.asked).toEqual(['POST', 'PATCH 0', 'HEAD']));
  await eventually(() => expect(item.state).toBe('offline'));
  item.again();
  await eventually(() => expect(server.asked).toEqual(['POST', 'PATCH 0', 'HEAD', 'HEAD', 'PATCH 0']));
  item.pause();
});

it('stops at a refusal and tells it', async () => {
  const item = pickedAgain();
  server.answer('PATCH', 413, { code: 'media.upload_too_large', detail: 'Too large.' });
  item.start();
  await eventually(() => expect((item.error as Problem | null)?.detail).toBe('Too large.'));
  expect(item.state).toBe('failed');
});
