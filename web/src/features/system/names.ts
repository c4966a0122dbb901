import { type ConsoleKey, t } from '$/i18n/console/index.ts';

/** What a node calls its engines, its roles and its work, in words; what is unknown stays as the node calls it. */
const words: Record<string, string | ConsoleWord> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  s3: 'S3',
  embedded: { key: 'sEmbedded' },
  nats: { key: 'sNats' },
  local: { key: 'sLocal' },
  web: { key: 'sRoleWeb' },
  worker: { key: 'sRoleWorker' },
  transcode: { key: 'sRoleTranscode' },
  train: { key: 'sRoleTrain' },
  'media.transcode': { key: 'sJobTranscode' },
  'media.finish': { key: 'sJobFinish' },
  'media.av1': { key: 'sJobAv1' },
  'catalogue.replace_video': { key: 'sJobReplace' },
  'catalogue.publish_when_ready': { key: 'sJobPublish' },
  'catalogue.attach_upload': { key: 'sJobAttach' },
};
interface ConsoleWord {
  key: ConsoleKey;
}

export function named(code: string): string {
  const word = words[code];
  if (word === undefined) return code;
  return typeof word === 'string' ? word : t(word.key);
}
