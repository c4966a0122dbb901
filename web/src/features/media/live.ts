import { type AssetSummary, liveUrl } from '$/api/console.ts';

const pollMs = 5000;

/**
 * Tells of every change of a master, and of those deleted, while the page looks: by server-sent events, and by asking
 * every five seconds while those are away. `poll` is called once more whenever the stream comes back, for what was missed.
 */
export function followAssets(
  changed: (asset: AssetSummary) => void,
  poll: () => unknown,
  deleted: (id: string) => void = () => {},
): () => void {
  let source: EventSource | undefined;
  let open = false;
  let lost = false;

  const connect = () => {
    source = new EventSource(liveUrl);
    source.onopen = () => {
      open = true;
      if (lost) poll();
      lost = false;
    };
    source.onerror = () => {
      open = false;
      lost = true;
    };
    const hear = <T>(name: string, told: (data: T) => void) =>
      source?.addEventListener(name, (event: MessageEvent<string>) => {
        try {
          told(JSON.parse(event.data) as T);
        } catch {
          // A newer server may say more than we understand.
        }
      });
    hear('asset', changed);
    hear<{ id: string }>('asset_deleted', ({ id }) => deleted(id));
  };
  const timer = setInterval(() => {
    if (open || document.visibilityState === 'hidden') return;
    // A refused stream does not come back by itself.
    if (source?.readyState === EventSource.CLOSED) connect();
    poll();
  }, pollMs);
  connect();
  return () => {
    clearInterval(timer);
    source?.close();
  };
}
