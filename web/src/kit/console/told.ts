import type { ConsoleKey } from '$/i18n/console/index.ts';

const failures: Record<string, ConsoleKey> = {
  cancelled: 'outsideCancelled',
  refused: 'outsideRefused',
  stale: 'outsideStale',
  unknown: 'outsideUnknown',
  taken: 'outsideTaken',
  had: 'outsideHad',
};

/** What the address says became of a way through an outside service, once; '' if it says nothing. */
export function told(name: string): ConsoleKey | '' {
  const address = new URL(location.href);
  const said = address.searchParams.get(name);
  if (said === null) return '';
  address.searchParams.delete(name);
  history.replaceState(history.state, '', address.pathname + address.search);
  if (said === 'added') return 'outsideAdded';
  return failures[said] ?? 'outsideUnavailable';
}
