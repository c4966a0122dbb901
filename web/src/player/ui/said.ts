import { humane, Problem } from '../../api/problem.ts';
import { t } from '../../i18n/later/index.ts';

/** What to tell a person of what another device did not do. What that device said itself is in their language. */
export function said(error: unknown): string {
  if (error instanceof Problem) {
    if (error.code === 'playback.device_silent') return `${t('silent')}${t('colon')}${t('silentDetail')}`;
    if (error.code === 'playback.device_refused') return `${t('refused')}${t('colon')}${error.detail}`;
  }
  const { title, detail } = humane(error);
  return `${title}${t('colon')}${detail}`;
}
