import { humane, Problem } from '../../api/problem.ts';
import { t } from '../../i18n/signin/index.ts';

/** What was done too often, where a refusal says how long to wait. */
const tooOften: Record<string, 'pinsWrong' | 'codesSent'> = {
  'account.pin_throttled': 'pinsWrong',
  'account.code_too_soon': 'codesSent',
};

/** What a refusal says, in one sentence; '' for none. Derive it: words may still be on their way. */
export function refusal(error: unknown): string {
  if (error === null) return '';
  if (error instanceof Problem && error.status === 429 && error.retryAfterMs > 0) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    const wait = seconds > 90 ? t('waitMinutes', { n: Math.ceil(seconds / 60) }) : t('waitSeconds', { n: seconds });
    return t(tooOften[error.code] ?? 'tooOften') + wait;
  }
  const { title, detail } = humane(error);
  return detail || title;
}
