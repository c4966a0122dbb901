import { type Staff, staffApi } from '$/api/console.ts';
import { Problem } from '$/api/problem.ts';

/** Who works here: undefined while asking, null when nobody is signed in. */
let staff = $state.raw<Staff | null | undefined>(undefined);
let failure = $state<unknown>(null);

export const session = {
  get staff() {
    return staff;
  },
  get failure() {
    return failure;
  },
  get operator() {
    return staff?.roles.includes('operator') ?? false;
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
  },
  async leave(): Promise<void> {
    try {
      await staffApi.signOut();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
    staff = null;
  },
};
