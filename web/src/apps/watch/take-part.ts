import { live } from '../../api/live.ts';
import { whenReordered } from '../../features/account/privacy.ts';
import { feed } from '../../features/feed/feed.svelte.ts';
import { followMinors } from '../../features/youth/mode.ts';
import { t as d } from '../../i18n/later/index.ts';
import { toast } from '../../kit/toast.svelte.ts';
import { screens } from '../../player/ui/screens.svelte.ts';

/**
 * Lets the account's other devices see and control this one, and says when they do; hears whether a minor uses it.
 * Answers what ends it.
 */
export function takePart(): () => void {
  whenReordered(() => feed.reset());
  const stops = [
    followMinors(),
    live('guardian', ({ on, leave_at }) => {
      if (on) toast(leave_at ? d('minorsLeft') : d('minorsKept'));
    }),
    screens.begin(),
    screens.here.on('commanded', ({ from: { name } }) =>
      // Somebody else's device, which went on by a link, has no name here.
      toast(name ? d('controlledBy', { name }) : d('wentOn', { name: d('anotherDevice') })),
    ),
    screens.here.on('yielded', ({ device_id }) =>
      toast(d('wentOn', { name: screens.roster.last(device_id)?.name ?? d('anotherDevice') })),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
