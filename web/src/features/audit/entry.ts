import type { LogEntry } from '$/api/console.ts';
import { type AuditKey, t } from '$/i18n/audit/index.ts';
import { zh } from '$/i18n/audit/zh-CN.ts';

/** What an entry's bytes say, as far as the page shows it. */
interface Said {
  at: string;
  act: string;
  actor_id?: string;
  object?: { type: string; id?: string; version?: string };
  drama?: string;
  to?: string;
}

export interface Line {
  seq: number;
  at: string;
  what: string;
  who: string;
  about: string;
}

const known = (word: string): word is AuditKey => Object.keys(zh).includes(word);

/** Staff by their identifier, the house and viewers in words. */
function whoOf(actor = ''): string {
  const [kind, rest = ''] = actor.split(':', 2);
  if (!actor) return t('unknown');
  if (kind === 'house') return t('house', { part: rest });
  if (kind === 'viewer') return t('viewer', { part: rest.slice(0, 8) });
  return actor;
}

export function lineOf(e: LogEntry): Line {
  const said = JSON.parse(e.entry) as Said;
  const act = said.act === 'media.asset_playable' && said.to === 'blocked' ? 'blocked' : said.act;
  return {
    seq: e.seq,
    at: said.at,
    what: known(act) ? t(act) : act,
    who: whoOf(said.actor_id),
    about: said.object?.id || said.drama || '',
  };
}
