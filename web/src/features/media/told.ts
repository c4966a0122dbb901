import type { Finding } from '$/api/console.ts';
import { type ConsoleKey, t } from '$/i18n/console/index.ts';
import { number } from '$/kit/console/numbers.ts';

const findings: Record<string, ConsoleKey> = {
  black: 'qBlack',
  black_head: 'qBlackHead',
  black_tail: 'qBlackTail',
  freeze: 'qFreeze',
  silence: 'qSilence',
  no_audio: 'qNoAudio',
  loudness: 'qLoudness',
  true_peak: 'qTruePeak',
  av_offset: 'qOffset',
  av_duration: 'qDuration',
  resolution: 'qResolution',
  aspect: 'qAspect',
  frame_rate: 'qFrameRate',
  variable_rate: 'qVariable',
  hdr: 'qHdr',
};

/** A finding in the reader's language; of a kind this console does not know, in the server's own words. */
export function findingIn(f: Finding): string {
  const key = findings[f.code];
  return key ? t(key, { n: number(f.measured, 2), limit: number(f.limit, 2) }) : f.message;
}
