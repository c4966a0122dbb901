import type { Command } from '../../api/players.ts';
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
