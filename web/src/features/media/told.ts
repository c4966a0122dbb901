import type { AssetProblem, Finding } from '$/api/console.ts';
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

const problems: Record<string, ConsoleKey> = {
  'media.damaged': 'pDamaged',
  'media.too_slow': 'pTooSlow',
  'media.result_too_large': 'pTooLarge',
  'media.out_of_memory': 'pMemory',
  'media.disk_low': 'pDisk',
  'media.tool_missing': 'pToolMissing',
  'media.tool_crashed': 'pToolCrashed',
  'media.cancelled': 'pCancelled',
  'media.failed': 'pFailed',
};

/** A finding in the reader's language; of a kind this console does not know, in the server's own words. */
export function findingIn(f: Finding): string {
  const key = findings[f.code];
  return key ? t(key, { n: number(f.measured, 2), limit: number(f.limit, 2) }) : f.message;
}

/** Why a master failed, told the same way. */
export function problemIn(p: AssetProblem): string {
  const key = problems[p.code];
  return key ? t(key) : p.message;
}
