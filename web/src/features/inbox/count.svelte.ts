import { type InboxCount, inboxApi } from '$/api/console.ts';
import { consoleLive } from '$/api/console-live.ts';

let now = $state.raw<InboxCount | undefined>(undefined);
const looking = new Set<() => void>();

function tell(count: InboxCount): void {
  now = count;
  for (const look of looking) look();
}

/** Listens while somebody works here. Answers the function that stops it. */
export function countInbox(): () => void {
  const stop = consoleLive({ inbox: tell, poll: () => inboxApi.count().then(tell, () => {}) });
  return () => {
    stop();
    now = undefined;
  };
}

/** Calls whenever something in the inbox may have changed. Answers the function that stops it. */
export function onInbox(look: () => void): () => void {
  looking.add(look);
  return () => looking.delete(look);
}

export const inbox = {
  get unread(): number {
    return now?.unread ?? 0;
  },
  get alarms(): number {
    return now?.alarms ?? 0;
  },
};
