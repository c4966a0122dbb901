import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dropAll } from '../../api/another.ts';
import { lookAtAge } from './age.ts';
import { agesOf } from './age-words.ts';

describe('what the shell says of the age', () => {
  let says = '';
  const bring = vi.fn((_statement: string) => Promise.resolve());
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', { CliffhangerDevice: { age: () => says } });
    bring.mockClear();
    dropAll();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const look = async (statement: string) => {
    says = statement;
    await lookAtAge(bring);
    return bring.mock.calls.length;
  };

  it('is brought once, however often it is signed, and again when it is another or somebody else watches', async () => {
    expect(await look('')).toBe(0);
    expect(await look('v1;from=store;ages=13-15;exp=1;device=d;sig=a')).toBe(1);
    expect(await look('v1;from=store;ages=13-15;exp=2;device=d;sig=b')).toBe(1);
    expect(await look('v1;from=store;ages=16-17;exp=3;device=d;sig=c')).toBe(2);
    expect(bring).toHaveBeenLastCalledWith('v1;from=store;ages=16-17;exp=3;device=d;sig=c');
    dropAll();
    expect(await look('v1;from=store;ages=16-17;exp=4;device=d;sig=d')).toBe(3);
    vi.advanceTimersByTime(3_600_000);
    expect(await look('v1;from=store;ages=16-17;exp=5;device=d;sig=e')).toBe(4);
  });

  it('is brought again in a minute when nothing came of it', async () => {
    bring.mockRejectedValueOnce(new Error('gone'));
    expect(await look('v1;from=os;ages=8-11;exp=1;device=d')).toBe(1);
    expect(await look('v1;from=os;ages=8-11;exp=1;device=d')).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(await look('v1;from=os;ages=8-11;exp=1;device=d')).toBe(2);
  });
});

describe('ages', () => {
  it('are written as people write them', () => {
    expect(['13-15', '8-8', '13+', ''].map(agesOf)).toEqual(['13–15', '8', '13+', '']);
  });
});
