import { afterEach, expect, it, vi } from 'vitest';
import { client } from './client.ts';
import { staffApi, systemApi } from './console.ts';
import { renewal } from './renewal.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  renewal.by(async () => false);
});

/** Answers 401 until somebody has signed in. */
function house() {
  const state = { inside: false };
  const answers = vi.fn(async () =>
    state.inside ? Response.json({ items: [] }) : Response.json({ code: 'account.session_ended' }, { status: 401 }),
  );
  vi.stubGlobal('fetch', answers);
  return { state, answers };
}

it('asks once for all calls that were refused, and goes on with each', async () => {
  const { state } = house();
  const ask = vi.fn(async () => {
    state.inside = true;
    return true;
  });
  renewal.by(ask);
  await expect(Promise.all([systemApi.deadLetters(), systemApi.deadLetters()])).resolves.toHaveLength(2);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('refuses what nobody signed in for', async () => {
  const { answers } = house();
  await expect(systemApi.deadLetters()).rejects.toMatchObject({ status: 401 });
  expect(answers).toHaveBeenCalledTimes(1);
});

it('does not ask at the door itself', async () => {
  house();
  const ask = vi.fn(async () => true);
  renewal.by(ask);
  for (const call of [staffApi.me(), staffApi.signOut(), staffApi.signIn({ email: 'a', password: 'b' })])
    await expect(call).rejects.toMatchObject({ status: 401 });
  expect(ask).not.toHaveBeenCalled();
  await expect(client('/api', ask).get('/x')).rejects.toMatchObject({ status: 401 });
});

it('does not ask because a passkey was not accepted', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ code: 'passkey.refused' }, { status: 401 }));
  const ask = vi.fn(async () => true);
  renewal.by(ask);
  await expect(staffApi.addPasskey({ ceremony: 'a', answer: {} })).rejects.toMatchObject({ code: 'passkey.refused' });
  expect(ask).not.toHaveBeenCalled();
});
