import { dropAll } from './another.ts';
import type { Command, Player, Stop } from './players.ts';
import type { Position, Wire } from './types.ts';
import { api, ending, session } from './viewer.ts';

/** What the server tells by itself. OpenAPI has no words for the events of a stream. */
export interface LiveEvents {
  /** The stream has begun, and which device this is. */
  hello: { device_id: string; server_time: string };
  position: Position;
  catalogue: { drama_id: string; change: string };
  /** Another device of the account asks what this one does. */
  call: Record<string, never>;
  player: Player;
  command: Command;
  stop: Stop;
  /** Minors' mode of the profile changed, or its day turned. */
  youth: Wire['YouthStatusOut'];
  /** Somebody on the account waits to leave minors' mode without the PIN, or waits no more. */
  guardian: { profile_id: string; leave_at: string | null; on: boolean };
}

type Handler = (data: never) => void;
const names: (keyof LiveEvents)[] = [
  'hello',
  'position',
  'catalogue',
  'call',
  'player',
  'command',
  'stop',
  'youth',
  'guardian',
];
const handlers = new Map<keyof LiveEvents, Set<Handler>>();

let source: EventSource | undefined;
let opening = false;
/** This device is about to be another viewer's. */
let changing = false;
let waitMs = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let neededHidden = () => false;

/**
 * Listens while the page is visible, over one stream for the whole page: a browser has only six connections. It
 * connects again by itself. Answers the function that stops it.
 */
export function live<K extends keyof LiveEvents>(event: K, handler: (data: LiveEvents[K]) => void): () => void {
  if (handlers.size === 0) document.addEventListener('visibilitychange', follow);
  const set = handlers.get(event) ?? new Set();
  handlers.set(event, set.add(handler as Handler));
  follow();
  if (event === 'stop' && ending.over) queueMicrotask(ending.tell); // Told before anybody listened.
  return () => {
    set.delete(handler as Handler);
    if (set.size === 0) handlers.delete(event);
    if (handlers.size > 0) return;
    document.removeEventListener('visibilitychange', follow);
    close();
  };
}

/** Says when it must also be listened while the page is hidden: whoever plays there is still controlled from elsewhere. */
export function listenHidden(when: () => boolean): void {
  neededHidden = when;
}

/**
 * Does what makes this device another viewer's. The stream of the one before ends first: what is told of them, and that
 * the device is theirs no more, is not for the other. Nothing of them stays.
 */
export async function asAnother<T>(change: () => Promise<T>): Promise<T> {
  changing = true;
  close();
  try {
    const changed = await change();
    dropAll();
    return changed;
  } finally {
    changing = ending.over = false;
    if (handlers.size > 0) follow();
  }
}

const wanted = () => !changing && (document.visibilityState === 'visible' || neededHidden());

function follow(): void {
  if (ending.over) return;
  if (!wanted()) close();
  else if (!source && !opening) void open();
}

async function open(): Promise<void> {
  opening = true;
  await session();
  opening = false;
  if (source || ending.over || handlers.size === 0 || !wanted()) return;
  source = new EventSource('/api/v1/live');
  for (const name of names) source.addEventListener(name, (e) => hear(name, e as MessageEvent<string>));
  source.addEventListener('error', () => {
    // Refused, it is not tried again by the browser; a server that starts anew will not refuse for long.
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    waitMs = Math.min(60_000, Math.max(2_000, waitMs * 2));
    retry = setTimeout(follow, waitMs);
    api.get('/me').catch(() => {}); // A stream does not say why it was refused: the session may have ended.
  });
}

function close(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
}

function hear(name: keyof LiveEvents, { data }: MessageEvent<string>): void {
  waitMs = 0;
  let told: unknown;
  try {
    told = JSON.parse(data);
  } catch {
    return; // Not for us: a newer server may say more than we understand.
  }
  if (name === 'stop' && (told as Stop).reason === 'signed_out') {
    ending.over = true; // A new stream would be another viewer's.
    close();
  }
  tell(name, told);
}

function tell(name: keyof LiveEvents, told: unknown): void {
  for (const handler of [...(handlers.get(name) ?? [])]) (handler as (data: unknown) => void)(told);
}

ending.tell = () => {
  if (changing) return;
  close();
  tell('stop', { reason: 'signed_out' } satisfies Stop);
};
