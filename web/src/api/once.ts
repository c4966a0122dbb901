import type { Client } from './client.ts';
import { randomKey } from './key.ts';
import { Problem } from './problem.ts';

/** Keys of what was asked for and not yet answered, by path and body. */
const open = new Map<string, string>();

/** Milliseconds to wait before each further try. */
const waits = [500, 2000];

/**
 * Posts what must not be done twice. It has a key of its own, which stays the same until an answer says what became of
 * it: for the tries made here when the connection is lost, and for those the person makes. Asked for the same while it
 * is under way, as by a double click, both get the one answer.
 */
export async function postOnce<T>(api: Client, path: string, body: unknown): Promise<T> {
  const intent = `${path} ${JSON.stringify(body)}`;
  const key = open.get(intent) ?? randomKey();
  open.set(intent, key);
  for (let tries = 0; ; tries++) {
    try {
      const answer = await api.post<T>(path, { body, headers: { 'idempotency-key': key } });
      open.delete(intent);
      return answer;
    } catch (error) {
      const wait = isLost(error) || isUnderWay(error) ? waits[tries] : undefined;
      if (wait === undefined) {
        if (isDecided(error)) open.delete(intent);
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** No answer, or one that broke off. */
const isLost = (error: unknown) => !(error instanceof Problem) || error.status === 0;
const isUnderWay = (error: unknown) => error instanceof Problem && error.code === 'httpx.idempotency_in_progress';
/** Refused for good: neither lost nor broken on the way. */
const isDecided = (error: unknown) =>
  error instanceof Problem && error.status >= 400 && error.status < 500 && !isUnderWay(error);
