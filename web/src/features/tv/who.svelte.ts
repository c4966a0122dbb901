import { whenAnother } from '../../api/another.ts';
import { humane, Problem } from '../../api/problem.ts';
import type { Profile } from '../../api/types.ts';
import { t } from '../../i18n/tv/index.ts';

const mark = 'cliffhanger.chosen';

function chosen(): boolean {
  try {
    return localStorage.getItem(mark) !== null;
  } catch {
    return false; // It asks each time.
  }
}

function remember(on: boolean): void {
  try {
    if (on) localStorage.setItem(mark, '1');
    else localStorage.removeItem(mark);
  } catch {}
}

let asks = $state(!chosen());

/** Whether a television asks at its start who watches: until somebody was chosen, and always where a PIN guards them. */
export const who = {
  get asks(): boolean {
    return asks;
  },
  /** There is nobody else to choose. */
  pass(): void {
    asks = false;
  },
  chose(profile: Profile): void {
    asks = false;
    remember(!profile.pin_set);
  },
  /** This television is about to be another account's. */
  forget(): void {
    remember(false);
  },
};
whenAnother(who.forget);

/** What a refused choice says, and how long to wait where one has to; '' for none. Derive it: words may still be on their way. */
export function refusedWords(error: unknown): string {
  if (error === null) return '';
  if (error instanceof Problem && error.code === 'account.pin_throttled' && error.retryAfterMs > 0) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    return seconds > 90 ? t('pinWaitMinutes', { n: Math.ceil(seconds / 60) }) : t('pinWaitSeconds', { n: seconds });
  }
  const { title, detail } = humane(error);
  return detail || title;
}
