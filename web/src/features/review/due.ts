import type { Review } from '$/api/console.ts';
import { locale } from '$/i18n/locale.svelte.ts';
import { t } from '$/i18n/review/index.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A stretch of time in the words of a queue: 40m, 1h 40m, 5h, 2d; 1小时40分钟. */
export function lasting(ms: number, language: string = locale()): string {
  const say = (n: number, unit: 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(n);
  const [minutes, hours] = [Math.max(1, Math.floor(ms / minute)), Math.floor(ms / hour)];
  if (hours >= 48) return say(Math.round(hours / 24), 'day');
  if (hours >= 6) return say(Math.round(ms / hour), 'hour');
  if (hours < 1) return say(minutes, 'minute');
  const rest = minutes - 60 * hours;
  return [say(hours, 'hour'), ...(rest ? [say(rest, 'minute')] : [])].join(language === 'en' ? ' ' : '');
}

/** How much time is left, or by how much it is late; null where nothing waits. */
export function dueWords({ due }: Pick<Review, 'due'>, now: number): { words: string; late: boolean } | null {
  if (!due) return null;
  const left = Date.parse(due) - now;
  return left < 0
    ? { words: t('late', { time: lasting(-left) }), late: true }
    : { words: t('left', { time: lasting(left) }), late: false };
}

/** A title in the language of the page, or in what there is. */
export function titleOf(title: Review['title']): string {
  return title[locale()] ?? title['zh-CN'] ?? title.en ?? Object.values(title)[0] ?? '';
}
