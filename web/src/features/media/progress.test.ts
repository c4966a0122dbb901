import { describe, expect, it } from 'vitest';
import { checksOf, secondsLeft, sendingStage, type Working, workingStage } from './progress.ts';

const asset = (over: Partial<Working>): Working => ({
  state: 'uploaded',
  percent: 0,
  blocked_findings: 0,
  problem: null,
  ...over,
});

describe('workingStage', () => {
  it('keeps the line of those who wait', () => {
    expect(workingStage(asset({ queue_position: 3 }))).toEqual({
      words: 'stateUploaded',
      value: 1,
      kind: 'info',
      line: 3,
    });
  });
  it('shows work in ember by its stage', () => {
    const at = workingStage(asset({ state: 'transcoding', stage: 'encode', percent: 64 }));
    expect(at).toEqual({ words: 'stageEncode', value: 0.64, kind: 'accent', line: 0 });
  });
  it('shows no work where the machine at it is not heard of any more', () => {
    const silent = { words: 'stageSilent', value: 0, kind: 'none', line: 0 };
    for (const state of ['probing', 'transcoding', 'playable'] as const)
      expect(workingStage(asset({ state, stage: 'silent', percent: 0 }))).toEqual(silent);
  });
  it('does not fail on a stage it has not heard of', () => {
    expect(workingStage(asset({ state: 'transcoding', stage: 'polish' })).words).toBe('stageEncode');
  });
  it('holds what quality control stops, even when it is complete', () => {
    expect(workingStage(asset({ state: 'complete', blocked_findings: 1 })).kind).toBe('danger');
  });
  it('goes on showing the second pass of a playable file', () => {
    expect(workingStage(asset({ state: 'playable', stage: 'finish', percent: 20 })).words).toBe('stageFinish');
    expect(workingStage(asset({ state: 'playable', problem: { code: 'x', message: '' } })).words).toBe(
      'statePlayableHeld',
    );
  });
  it('tells who waits for room on the disk', () => {
    const room = { words: 'stageRoom', value: 0, kind: 'none', line: 0 };
    expect(workingStage(asset({ stage: 'room' }))).toEqual(room);
    expect(workingStage(asset({ state: 'playable', stage: 'room' }))).toEqual(room);
  });
  it('bounds what the server says', () => {
    expect(workingStage(asset({ state: 'probing', percent: 180 })).value).toBe(1);
  });
});

it('counts bytes in blue and never divides by nothing', () => {
  expect(sendingStage({ state: 'sending', sent: 63, size: 100 })).toMatchObject({ value: 0.63, kind: 'info' });
  expect(sendingStage({ state: 'waiting', sent: 0, size: 0 }).value).toBe(0);
  expect(sendingStage({ state: 'failed', sent: 10, size: 100 }).kind).toBe('danger');
});

it('does not guess an end without a pace', () => {
  expect(secondsLeft(100, 0)).toBeNull();
  expect(secondsLeft(101, 10)).toBe(11);
});

it('judges only what was judged', () => {
  const done = { ...asset({ state: 'complete' }), open_findings: 2 };
  expect(checksOf(done, true)).toEqual({ kind: 'warn', words: 'checksWarn', n: 2 });
  expect(checksOf({ ...done, blocked_findings: 1 }, true).kind).toBe('danger');
  expect(checksOf(done, false).words).toBe('checksLater');
  expect(checksOf({ ...done, state: 'failed' }, true).words).toBe('checksNone');
});
