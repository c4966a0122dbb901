import { vi } from 'vitest';

/** Waits until the assertions hold. The deadline is for what never comes: a busy machine may take its time. */
export const eventually = <T>(holds: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(holds, { timeout: 60_000, interval: 10 });
