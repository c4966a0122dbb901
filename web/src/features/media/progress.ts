import type { AssetState } from '$/api/console.ts';
import type { ConsoleKey } from '$/i18n/console/index.ts';

/** Blue moves bytes, ember works, green is done, crimson is held; nothing has not begun. */
export type BarKind = 'info' | 'accent' | 'ok' | 'danger' | 'none';

export type SendState =
  | 'waiting'
  | 'hashing'
  | 'sending'
  | 'paused'
  | 'offline'
  | 'held'
  | 'attaching'
  | 'failed'
  | 'lost';

/**
 * A file on its way: bytes sent so far. `held` is one the server has no room for just now. `lost` is one whose bytes wait on the server for the file to be
 * picked again.
 */
export interface Sending {
  state: SendState;
  sent: number;
  size: number;
}

export interface Working {
  state: AssetState;
  stage?: string;
  percent: number;
  queue_position?: number;
  blocked_findings: number;
  problem: { code: string; message: string } | null;
}

export interface Stage {
  words: ConsoleKey;
  /** 0 to 1. */
  value: number;
  kind: BarKind;
  /** 1 is next; 0 where there is no line. */
  line: number;
}

const sendWords: Record<SendState, ConsoleKey> = {
  waiting: 'sendWaiting',
  hashing: 'sendHashing',
  sending: 'sendSending',
  paused: 'sendPaused',
  offline: 'sendOffline',
  held: 'sendHeld',
  attaching: 'sendAttaching',
  failed: 'sendFailed',
  lost: 'sendLost',
};

export function sendingStage({ state, sent, size }: Sending): Stage {
  const value = size > 0 ? Math.min(1, sent / size) : 0;
  return { words: sendWords[state], value, kind: state === 'failed' ? 'danger' : 'info', line: 0 };
}

const stageWords: Record<string, ConsoleKey> = {
  fetch: 'stageFetch',
  probe: 'stageProbe',
  listen: 'stageListen',
  encode: 'stageEncode',
  publish: 'stagePublish',
  finish: 'stageFinish',
  av1: 'stageAv1',
  room: 'stageRoom',
  silent: 'stageSilent',
};

/** Where a master stands, in words and as a bar. */
export function workingStage(a: Working): Stage {
  const line = a.queue_position ?? 0;
  const doing = a.stage ? stageWords[a.stage] : undefined;
  const work = Math.min(1, Math.max(0, a.percent / 100));
  const kind = a.stage === 'room' || a.stage === 'silent' ? 'none' : 'accent'; // Those wait.
  switch (a.state) {
    case 'failed':
      return { words: 'stateFailed', value: 1, kind: 'danger', line: 0 };
    case 'cancelled':
      return { words: 'stateCancelled', value: 0, kind: 'none', line: 0 };
    case 'uploaded':
      if (a.stage === 'room') return { words: 'stageRoom', value: 0, kind: 'none', line: 0 };
      return { words: 'stateUploaded', value: 1, kind: 'info', line };
    case 'probing':
      return { words: doing ?? 'stageProbe', value: work, kind, line: 0 };
    case 'transcoding':
      return { words: doing ?? 'stageEncode', value: work, kind, line: 0 };
    default:
      if (a.blocked_findings > 0) return { words: 'stateHeld', value: 1, kind: 'danger', line: 0 };
      if (doing) return { words: doing, value: work, kind, line: 0 };
      if (a.state === 'playable')
        return { words: a.problem ? 'statePlayableHeld' : 'statePlayable', value: 1, kind: 'ok', line };
      return { words: 'stateComplete', value: 1, kind: 'ok', line: 0 };
  }
}

/** Whole seconds left at this pace; null when nobody can know. */
export function secondsLeft(bytes: number, perSecond: number): number | null {
  if (perSecond <= 0 || bytes < 0) return null;
  return Math.ceil(bytes / perSecond);
}

export interface Checks {
  kind: 'ok' | 'warn' | 'danger' | 'plain';
  words: ConsoleKey;
  n: number;
}

/** What quality control says of a master, or when it will say something. */
export function checksOf(a: Working & { open_findings: number }, judged: boolean): Checks {
  if (a.state === 'failed' || a.state === 'cancelled') return { kind: 'plain', words: 'checksNone', n: 0 };
  if (!judged) return { kind: 'plain', words: 'checksLater', n: 0 };
  if (a.blocked_findings > 0) return { kind: 'danger', words: 'checksBlock', n: a.blocked_findings };
  if (a.open_findings > 0) return { kind: 'warn', words: 'checksWarn', n: a.open_findings };
  return { kind: 'ok', words: 'checksPass', n: 0 };
}
