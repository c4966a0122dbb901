/**
 * What a server writes of a ceremony and what it reads back, for browsers that know passkeys and not yet their JSON
 * (WebAuthn level 3, § 5.1.8 to 5.1.10).
 */
type Written<T> = Omit<T, 'challenge'> & { challenge: string };
type Named = { id: string; type: string; transports?: string[] };

/** Whether this browser can make and show passkeys. */
export const passkeysKnown = () => typeof PublicKeyCredential !== 'undefined';

/** And for the address this page has: they belong to names, never to numbers. */
export const passkeysHere = () => passkeysKnown() && !/^[\d.]+$|^\[/.test(location.hostname);

/** Why a browser answered nothing: mostly it does not tell, and that stays the person's own matter. */
export type Unmade = 'unfinished' | 'had' | 'elsewhere';

/** What a browser made or showed; null if nothing came of it, and `why` hears what is known of the reason. */
export async function asked(
  asking: Promise<unknown>,
  why?: (reason: Unmade) => void,
): Promise<PublicKeyCredential | null> {
  try {
    return (await asking) as PublicKeyCredential | null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    // Web Authentication level 3, § 5.1.3 and 5.1.4: it holds one of the keys that were excluded; the page is not the host's.
    const told: Record<string, Unmade> = { InvalidStateError: 'had', SecurityError: 'elsewhere' };
    why?.(told[error.name] ?? 'unfinished');
    return null;
  }
}

/** The options to make a passkey by. */
export function creation(written: unknown): PublicKeyCredentialCreationOptions {
  const w = written as PublicKeyCredentialCreationOptionsJSON;
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(w);
  return plainCreation(w);
}

/** The options to ask for one by. */
export function request(written: unknown): PublicKeyCredentialRequestOptions {
  const w = written as PublicKeyCredentialRequestOptionsJSON;
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(w);
  return plainRequest(w);
}

/** What the browser made of them. */
export function answer(made: PublicKeyCredential): unknown {
  return typeof made.toJSON === 'function' ? made.toJSON() : plainAnswer(made);
}

const named = (list: Named[] | undefined) =>
  list?.map((c) => ({ ...c, id: bytes(c.id) }) as PublicKeyCredentialDescriptor);

export function plainCreation(w: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  return {
    ...(w as unknown as Written<PublicKeyCredentialCreationOptions>),
    challenge: bytes(w.challenge),
    user: { ...w.user, id: bytes(w.user.id) },
    excludeCredentials: named(w.excludeCredentials),
  };
}

export function plainRequest(w: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  return {
    ...(w as unknown as Written<PublicKeyCredentialRequestOptions>),
    challenge: bytes(w.challenge),
    allowCredentials: named(w.allowCredentials),
  };
}

export function plainAnswer(made: PublicKeyCredential): unknown {
  const r = made.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const field = (of: ArrayBuffer | null | undefined) => (of ? text(of) : undefined);
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: text(r.clientDataJSON),
      attestationObject: field(r.attestationObject),
      transports: r.getTransports?.(),
      authenticatorData: field(r.authenticatorData),
      signature: field(r.signature),
      userHandle: field(r.userHandle),
    },
  };
}

/** Base64url, as everything binary is written there. */
export function bytes(written: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(written.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
}
export function text(of: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(of), (b) => String.fromCharCode(b)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
