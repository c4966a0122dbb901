import { type Role, type Staff, staffApi } from '$/api/console.ts';
import { Problem } from '$/api/problem.ts';
import { renewal } from '$/api/renewal.ts';

/** Who works here: undefined while asking, null when nobody is signed in. */
let staff = $state.raw<Staff | null | undefined>(undefined);
let failure = $state<unknown>(null);
/** Ends the wait of the calls that were refused because the session has ended; undefined while there is one. */
let expired = $state.raw<((again: boolean) => void) | undefined>(undefined);

renewal.by(() => (staff ? new Promise((answer) => (expired = answer)) : Promise.resolve(false)));

function settle(again: boolean): void {
  expired?.(again);
  expired = undefined;
}

export const session = {
  get staff() {
    return staff;
  },
  get failure() {
    return failure;
  },
  get expired() {
    return expired !== undefined;
  },
  has(...roles: Role[]): boolean {
    return staff?.roles.some((r) => roles.includes(r)) ?? false;
  },
  async load(): Promise<void> {
    failure = null;
    try {
      staff = await staffApi.me();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) staff = null;
      else failure = error;
    }
  },
  enter(who: Staff): void {
    failure = null;
    staff = who;
    settle(true);
  },
  /** Nobody is signed in here any more. */
  forget(): void {
    staff = null;
    settle(false);
  },
  async leave(): Promise<void> {
    try {
      await staffApi.signOut();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
    session.forget();
  },
};
