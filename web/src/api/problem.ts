import { type CommonKey, t } from '../i18n/common/index.ts';
import { dateTime } from '../i18n/format.ts';
import { fieldSentence, sentence } from '../i18n/problems/index.svelte.ts';
import type { Wire } from './types.ts';

/** One field of the input that was refused. */
export type FieldProblem = Wire['FaultField'];

/** A refusal of the server (RFC 9457), or status 0 when it could not be reached. */
export class Problem extends Error {
  readonly status: number;
  /** Stable, e.g. "playback.not_watchable"; empty where there is none. */
  readonly code: string;
  /** Written by the server for people. */
  readonly detail: string;
  readonly fields: FieldProblem[];
  /** Milliseconds to wait before another try; 0 when unknown. */
  readonly retryAfterMs: number;

  constructor(status: number, code: string, detail: string, fields: FieldProblem[] = [], retryAfterMs = 0) {
    super(`${status} ${code || 'problem'}: ${detail}`);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.fields = fields;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Reads the problem out of a refused answer; anything unreadable becomes a plain one of its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get('retry-after')) * 1000 || 0;
  let body: { code?: unknown; detail?: unknown; title?: unknown; fields?: unknown } = {};
  try {
    body = await response.json();
  } catch {
    // Not JSON: a proxy's page. The status says enough.
  }
  const text = (v: unknown) => (typeof v === 'string' ? v : '');
  const fields = Array.isArray(body?.fields) ? (body.fields as FieldProblem[]) : [];
  return new Problem(response.status, text(body?.code), text(body?.detail) || text(body?.title), fields, wait);
}

/** Refusals with a title of their own; their words are at hand before any others are fetched. */
export const byCode: Record<string, CommonKey> = {
  'playback.not_watchable': 'codeNotWatchable',
  'playback.not_released': 'codeNotReleased',
  'account.link_invalid': 'codeLinkUnknown',
  'account.credentials_wrong': 'codeCredentials',
};

function byStatus(status: number): CommonKey {
  if (status === 0) return 'errorOffline';
  if (status === 401) return 'errorUnauthenticated';
  if (status === 403) return 'errorForbidden';
  if (status === 404 || status === 410) return 'errorGone';
  if (status === 409 || status === 412) return 'errorConflict';
  if (status === 429) return 'errorBusy';
  if (status >= 500) return 'errorServer';
  if (status >= 400) return 'errorInvalid';
  return 'errorUnknown';
}

/** What to tell a person: our words for a known code, else what the refusal says, else the words for its status. */
export function humane(error: unknown): { title: string; detail: string } {
  if (!(error instanceof Problem)) return { title: t('errorUnknown'), detail: t('errorUnknownDetail') };
  const known = byCode[error.code];
  if (known) return { title: t(known), detail: t(`${known}Detail` as CommonKey, { at: momentIn(error) }) };
  const key = byStatus(error.status);
  return { title: t(key), detail: toldBy(error) || t(`${key}Detail` as CommonKey) };
}

/** The moment a refusal names, as people write it; '' for none. */
function momentIn({ fields }: Problem): string {
  const [iso] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(fields.map((f) => f.message).join()) ?? [];
  return iso ? dateTime(iso) : '';
}

/** What the server says of an episode that is not out. */
export function notOut(at: string | null | undefined): Problem {
  if (!at) return new Problem(404, 'playback.not_watchable', '');
  return new Problem(404, 'playback.not_released', '', [{ path: 'episode_id', code: 'comes_later', message: at }]);
}

/** The sentence of a refusal that is written for people; what broke inside the server is not. */
function toldBy({ status, code, detail }: Problem): string {
  const forPeople = (status >= 400 && status < 500) || status === 503;
  return forPeople && code ? sentence(code, detail) : '';
}

/** What was refused of one input, in the reader's language. */
export function fieldWords(error: unknown, path: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  const found = error.fields.find((f) => f.path === path || f.path === `body.${path}`);
  return found && fieldSentence(path, found.code, found.message);
}
