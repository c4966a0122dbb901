import { live } from '../../api/live.ts';
import type { Command } from '../../api/players.ts';
import { t as d } from '../../i18n/later/index.ts';
import { toast } from '../../kit/toast.svelte.ts';
import { screens } from '../../player/ui/screens.svelte.ts';
import { followMinors } from '../youth/mode.ts';

/** Who controls this television from elsewhere is named for a while after each command. */
const shownMs = 10_000;

let last = $state.raw<Command | null>(null);

export const controlled = {
  get by(): Command | null {
    return last;
  },
};

/** Lets the account's other devices see and control this one, and hears whether a minor uses it. Answers what ends it. */
export function takePart(): () => void {
  let fade: ReturnType<typeof setTimeout> | undefined;
  const stops = [
    followMinors(),
    live('guardian', ({ on, leave_at }) => {
      if (on) toast(leave_at ? d('minorsLeft') : d('minorsKept'));
    }),
    screens.begin(),
    screens.here.on('commanded', (command) => {
      last = command;
      clearTimeout(fade);
      fade = setTimeout(() => (last = null), shownMs);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    clearTimeout(fade);
  };
}
