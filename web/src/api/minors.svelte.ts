import type { Wire } from './types.ts';

/** Minors' mode of this profile: whether it is on, and what is left of the day. */
export type Minors = Wire['YouthStatusOut'];

/** Where the band is kept that held the last time: a minor's first picture is a minor's, before the server was asked. */
export const mark = 'minors';

/** What every page has to know of minors' mode; features/youth asks and hears the server. */
class MinorsMode {
  /** As the server said it last; null: not asked yet. */
  status = $state.raw<Minors | null>(null);
  /** How much was watched since the last rest when somebody was asked to rest and went on. */
  passed = $state(0);
  /** Asks the server anew: somebody was refused. */
  ask: () => void = () => {};

  #before = remembered();
  /** The age band this profile is held to; '' : none. */
  band = $derived(this.status?.band ?? this.#before);
  on = $derived(this.band !== '');
  /** Nothing may be watched now. */
  locked = $derived(this.status?.on === true && this.status.closed !== '');
  /** The rest that was asked for last is a whole stretch of watching ago. */
  restDue = $derived.by(() => {
    const s = this.status;
    return s?.on === true && s.break_due && s.since_rest_ms - this.passed >= s.break_after_ms;
  });
}

function remembered(): string {
  try {
    return localStorage.getItem(mark) ?? '';
  } catch {
    return '';
  }
}

export const minors = new MinorsMode();
