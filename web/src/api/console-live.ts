import { type AssetSummary, type InboxCount, liveUrl } from './console.ts';

/** What the console's stream tells. OpenAPI has no words for the events of a stream. */
interface Events {
  /** What is in my inbox: as the stream begins, and whenever something changed. */
  inbox: InboxCount;
  /** A master, at each change. */
  asset: AssetSummary;
  asset_deleted: { id: string };
}
type Hearing = { [K in keyof Events]?: (data: Events[K]) => void } & {
  /** Asks by itself: every five seconds while the stream is away, and once when it is back, for what was missed. */
  poll: () => unknown;
};

const pollMs = 5000;
/** A console nobody touches stops listening: listening is use, and a session without use must end. */
const unusedMs = 60 * 60_000;
const hearings = new Set<Hearing>();
let source: EventSource | undefined;
let open = false;
let lost = false;
let timer: ReturnType<typeof setInterval> | undefined;
let used = 0;

const pollAll = () => {
  for (const h of hearings) h.poll();
};

function connect(): void {
  source?.close();
  source = new EventSource(liveUrl);
  source.onopen = () => {
    open = true;
    if (lost) pollAll();
    lost = false;
  };
  source.onerror = () => {
    open = false;
    lost = true;
  };
  for (const name of ['inbox', 'asset', 'asset_deleted'] as const)
    source.addEventListener(name, (event: MessageEvent<string>) => {
      let data: never;
      try {
        data = JSON.parse(event.data) as never;
      } catch {
        return; // A newer server may say more than we understand.
      }
      for (const h of hearings) (h[name] as ((data: never) => void) | undefined)?.(data);
    });
}

function disconnect(): void {
  source?.close();
  source = undefined;
  open = false;
}

function tick(): void {
  if (Date.now() - used > unusedMs) {
    disconnect();
    lost = true;
    return;
  }
  if (open || document.visibilityState === 'hidden') return;
  // A refused stream does not come back by itself.
  if (source?.readyState === EventSource.CLOSED) connect();
  pollAll();
}

function touch(): void {
  used = Date.now();
  if (!source) connect();
}

/** Listens, over one stream for the whole console. Answers the function that stops it. */
export function consoleLive(hearing: Hearing): () => void {
  hearings.add(hearing);
  if (hearings.size === 1) {
    touch();
    timer = setInterval(tick, pollMs);
    for (const type of ['pointerdown', 'keydown']) document.addEventListener(type, touch, { capture: true });
  }
  return () => {
    hearings.delete(hearing);
    if (hearings.size > 0) return;
    clearInterval(timer);
    for (const type of ['pointerdown', 'keydown']) document.removeEventListener(type, touch, { capture: true });
    disconnect();
    lost = false;
  };
}
