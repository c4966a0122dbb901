import { expect, it } from 'vitest';
import type { ReviewAct } from '$/api/console.ts';
import { lastWord, signers } from './words.ts';

const act = (verb: string, from: string, to: string, by?: string): ReviewAct => ({
  verb,
  from,
  to,
  by,
  reason: '',
  at: '',
});
const begun = [act('submit', 'draft', 'checking', 'stf_p'), act('checks_done', 'checking', 'first')];

it('names who signed and for whom it waits', () => {
  expect(signers({ acts: [...begun, act('pass', 'first', 'second', 'stf_a')], state: 'second' })).toEqual([
    { stage: 'first', by: 'stf_a', now: false },
    { stage: 'second', by: '', now: true },
    { stage: 'final', by: '', now: false },
  ]);
});

it('forgets who signed before it was opened again', () => {
  const acts = [
    ...begun,
    act('pass', 'first', 'second', 'stf_a'),
    act('pass', 'second', 'final', 'stf_b'),
    act('pass', 'final', 'cleared', 'stf_c'),
    act('reopen', 'cleared', 'first', 'stf_d'),
  ];
  expect(signers({ acts, state: 'first' }).map((s) => s.by)).toEqual(['', '', '']);
});

it('asks nobody where the rules want no three people', () => {
  const acts = [act('submit', 'draft', 'checking', 'stf_p'), act('checks_done', 'checking', 'cleared')];
  expect(signers({ acts, state: 'cleared' })).toEqual([]);
});

it('quotes why it came back, until something else happened', () => {
  const back = act('return', 'first', 'returned', 'stf_a');
  expect(lastWord({ acts: [...begun, back] })).toBe(back);
  expect(lastWord({ acts: [...begun, act('withdraw', 'first', 'withdrawn', 'stf_p')] })).toBeUndefined();
});
