import type { Wire } from '../../api/types.ts';
import { api } from '../../api/viewer.ts';
import { answer, asked, creation, request } from '../../api/webauthn.ts';
import { become } from './become.ts';

export type Credential = Wire['PersonKnown'];
export type Address = Wire['SendCodeRequest'];
export type Signed = Wire['ProveAddressResponse'];
type Providers = Wire['ListSignInProvidersResponse'];
type Begun = Wire['BeginPasskeyResponse'];

/** An address as a person typed it: with an @ it is e-mail, else a phone number. */
export function addressOf(typed: string): Address {
  const to = typed.trim();
  return { channel: to.includes('@') ? 'email' : 'phone', to };
}

/** What brings a viewer back to an account. */
export const signIn = {
  known: () => api.get<Wire['ListCredentialsResponse']>('/me/credentials').then((r) => r.credentials),
  remove: (id: string) => api.delete<void>(`/me/credentials/${encodeURIComponent(id)}`),
  /** Calls a passkey something else. */
  rename: (id: string, name: string) =>
    api.patch<void>(`/me/passkeys/${encodeURIComponent(id)}`, {
      body: { name } satisfies Wire['RenamePasskeyRequest'],
    }),
  providers: () => api.get<Providers>('/sign-in/providers'),
  send: (to: Address) => api.post<void>('/codes', { body: to }),
  /** Proves an address. Where it is another account's, nothing is done yet: `would` says what joining that comes to. */
  prove: (to: Address, code: string) =>
    api.post<Signed>('/sign-in', { body: { ...to, code } satisfies Wire['ProveAddressRequest'] }),
  /** What this device has proved and nobody has said yes to yet. */
  waiting: (proof: string) => api.get<Signed>(`/sign-in/proofs/${encodeURIComponent(proof)}`),
  /** Says yes to it, and who one is there where that was asked. */
  join: (body: Wire['JoinAccountRequest']) => become(() => api.post<Signed>('/sign-in/join', { body })),
  /** Where to go on at an outside service. */
  begin: (provider: string) =>
    api.post<Wire['BeginOutsideSignInResponse']>(`/sign-in/${encodeURIComponent(provider)}/begin`).then((r) => r.url),
};

/** Makes a passkey on this device; false if the person did not want to. */
export async function addPasskey(): Promise<boolean> {
  const { ceremony, options } = await api.post<Begun>('/me/passkeys/begin');
  const publicKey = creation(options);
  const made = await asked(navigator.credentials.create({ publicKey }));
  if (!made) return false;
  await api.post<void>('/me/passkeys', { body: { ceremony, answer: answer(made) } });
  return true;
}

/** Shows a passkey, as `prove` does a code; null if the person did not want to, or has none here. */
export async function usePasskey(): Promise<Signed | null> {
  const { ceremony, options } = await api.post<Begun>('/sign-in/passkey/begin');
  const publicKey = request(options);
  const shown = await asked(navigator.credentials.get({ publicKey }));
  return shown && api.post<Signed>('/sign-in/passkey', { body: { ceremony, answer: answer(shown) } });
}
