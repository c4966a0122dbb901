import { describe, expect, it } from 'vitest';
import { bytes, plainAnswer, plainCreation, plainRequest, text } from './webauthn.ts';

const raw = (...of: number[]) => new Uint8Array(of).buffer;

describe('what is binary', () => {
  it('comes back as it was, without padding', () => {
    for (const of of [[], [0], [251, 255], [251, 239, 190], Array.from({ length: 256 }, (_, i) => i)])
      expect([...bytes(text(raw(...of)))]).toEqual(of);
    expect(text(raw(251, 255))).toBe('-_8');
  });
});

describe('a ceremony', () => {
  it('is read with its bytes', () => {
    const made = plainCreation({
      challenge: 'AQI',
      rp: { name: 'House' },
      user: { id: 'Aw', name: 'mei', displayName: 'Mei' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      excludeCredentials: [{ id: 'BA', type: 'public-key' }],
    });
    expect(made.challenge).toEqual(new Uint8Array([1, 2]));
    expect(made.user).toEqual({ id: new Uint8Array([3]), name: 'mei', displayName: 'Mei' });
    expect(made.excludeCredentials).toEqual([{ id: new Uint8Array([4]), type: 'public-key' }]);
    expect(made.pubKeyCredParams).toEqual([{ type: 'public-key', alg: -7 }]);
    const asked = plainRequest({ challenge: 'AQI', userVerification: 'required' });
    expect([asked.challenge, asked.userVerification, asked.allowCredentials]).toEqual([
      new Uint8Array([1, 2]),
      'required',
      undefined,
    ]);
  });

  it('is answered in base64url, and nothing that is not there', () => {
    const shown = {
      id: 'BA',
      rawId: raw(4),
      type: 'public-key',
      authenticatorAttachment: 'platform',
      getClientExtensionResults: () => ({}),
      response: { clientDataJSON: raw(1), authenticatorData: raw(2), signature: raw(3), userHandle: null },
    };
    expect(JSON.parse(JSON.stringify(plainAnswer(shown as unknown as PublicKeyCredential)))).toEqual({
      id: 'BA',
      rawId: 'BA',
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw' },
    });
  });
});
