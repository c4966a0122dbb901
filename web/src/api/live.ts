import type { Position } from './types.ts';

/**
 * What the server tells by itself: positions of other devices and changes of the catalogue. OpenAPI has no words for
 * the events of a stream.
 */
export interface LiveEvents {
  position: Position;
  catalogue: { drama_id: string; change: string };
}

/** Listens while the page is visible; the browser reconnects by itself. Answers the function that stops it. */
export function live<K extends keyof LiveEvents>(event: K, handler: (data: LiveEvents[K]) => void): () => void {
  let source: EventSource | undefined;
  const onevent = (e: MessageEvent<string>) => {
    try {
      handler(JSON.parse(e.data) as LiveEvents[K]);
    } catch {
      // Not for us: a newer server may say more than we understand.
    }
  };
  const follow = () => {
    source?.close();
    source = undefined;
    if (document.visibilityState !== 'visible') return;
    source = new EventSource('/api/v1/live');
    source.addEventListener(event, onevent);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    source?.close();
  };
}
