import { type CommonKey, t } from '../i18n/common/index.ts';
import { locale } from '../i18n/locale.svelte.ts';

/** One field of the input that was refused. */
export interface FieldProblem {
  path: string;
  code?: string;
  message: string;
}

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

const byCode: Record<string, CommonKey> = {
  'playback.not_watchable': 'codeNotWatchable',
  'account.link_unknown': 'codeLinkUnknown',
  'account.link_expired': 'codeLinkUnknown',
  'account.credentials': 'codeCredentials',
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

/** What to tell a person: our words for a known code, else for the status with the server's own detail. */
export function humane(error: unknown): { title: string; detail: string } {
  if (!(error instanceof Problem)) return { title: t('errorUnknown'), detail: t('errorUnknownDetail') };
  const known = byCode[error.code];
  if (known) return { title: t(known), detail: t(`${known}Detail` as CommonKey) };
  const key = byStatus(error.status);
  // The server speaks English; what is gone is said as well in the reader's language.
  const ours = key === 'errorGone' && locale() !== 'en';
  const told = error.status >= 400 && error.status < 500 && error.code && !ours ? error.detail : '';
  return { title: t(key), detail: told || t(`${key}Detail` as CommonKey) };
}
