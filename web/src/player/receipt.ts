import type { FragmentLoaderContext, LoaderContext } from 'hls.js';
import type { Receipt } from './budget.ts';

/** What an answer was good for: a stretch of picture or sound, or neither (playlists, initialisation). */
export function receipt(episode: string, context: LoaderContext, bytes: number): Receipt {
  const { frag } = context as Partial<FragmentLoaderContext>;
  if (!frag || frag.sn === 'initSegment') return { episode, track: 'other', bytes, span: null };
  const track = frag.type === 'audio' ? 'audio' : 'video';
  return { episode, track, bytes, span: [frag.start * 1000, (frag.start + frag.duration) * 1000] };
}

/** What the browser itself fetched from an address, known from its timing only; 0 when it does not tell. */
export function headBytes(url: string): number {
  const entries = performance.getEntriesByName(url, 'resource') as PerformanceResourceTiming[];
  return entries.reduce((sum, entry) => sum + (entry.encodedBodySize || entry.transferSize || 0), 0);
}
