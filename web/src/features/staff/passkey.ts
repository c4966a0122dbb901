import { type Staff, staffApi } from '$/api/console.ts';
import { answer, asked, creation, request, type Unmade } from '$/api/webauthn.ts';

type Why = (reason: Unmade) => void;

/** Makes a passkey on this device; false if nothing came of it, and `why` hears what is known of the reason. */
export async function addPasskey(name: string, current: string, why: Why): Promise<boolean> {
  const { ceremony, options } = await staffApi.beginPasskey({ current });
  const made = await asked(navigator.credentials.create({ publicKey: creation(options) }), why);
  if (!made) return false;
  await staffApi.addPasskey({ ceremony, answer: answer(made), name });
  return true;
}

/** Signs in with one; null if nothing came of it. */
export async function signInWithPasskey(why: Why): Promise<Staff | null> {
  const { ceremony, options } = await staffApi.beginPasskeySignIn();
  const shown = await asked(navigator.credentials.get({ publicKey: request(options) }), why);
  return shown && (await staffApi.signInWithPasskey({ ceremony, answer: answer(shown) })).staff;
}
