import { type InboxKey, t } from '$/i18n/inbox/index.ts';

const words: Record<string, InboxKey> = {
  'account.grant': 'of.account.grant',
  'media.failed': 'of.media.failed',
  'media.blocked': 'of.media.blocked',
  'system.disk': 'of.system.disk',
  'system.dead_letters': 'of.system.dead_letters',
  'system.node': 'of.system.node',
  'system.log': 'of.system.log',
  'system.reviews': 'of.system.reviews',
};

/** What a sort of matter is called; undefined for one that a newer server knows. */
export function kindWord(kind: string): string | undefined {
  const key = words[kind];
  return key && t(key);
}
