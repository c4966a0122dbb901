import { told } from './bridge.ts';

/** Which of the two watch apps: the one for fingers and pointers, or the one for a remote control across the room. */
export type Face = 'touch' | 'tv';

const key = 'cliffhanger.face';

/** What television sets and boxes call themselves. */
const sets =
  /(Android|Google|Apple|Smart|Hbb|\bMi)[- ]?TV|\bMi ?Box|BRAVIA|\bAFT[A-Z]|Web0S|NetCast|Tizen.*\bTV\b|VIDAA|CrKey/i;

/** The first that says something decides: the address, an earlier address, the device's shell, the browser's name. */
export function faceOf(says: { asked: string | null; kept: string | null; shell: string; agent: string }): Face {
  const word = [says.asked, says.kept, says.shell].find((w) => w === 'tv' || w === 'touch');
  return (word ?? (sets.test(says.agent) ? 'tv' : 'touch')) as Face;
}

function decide(): Face {
  const asked = new URLSearchParams(globalThis.location?.search ?? '').get('face');
  let kept: string | null = null;
  try {
    if (asked) localStorage.setItem(key, asked);
    kept = localStorage.getItem(key);
  } catch {} // Without storage the address must say it each time.
  return faceOf({ asked, kept, shell: told('face'), agent: globalThis.navigator?.userAgent ?? '' });
}

/** The face of this page, for as long as it lives. */
export const face: Face = decide();
