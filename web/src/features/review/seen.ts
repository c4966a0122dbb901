import type { ReviewPart, Watched } from '$/api/console.ts';

/** How much of a version a stage asks for, in thousandths; null: it asks for none. */
export const needed = (state: string): number | null => (state === 'first' ? 980 : state === 'second' ? 300 : null);

/** Thousandths as a percentage of at most one decimal, never more than was seen. */
export const share = (thousandths: number): number => Math.floor(thousandths) / 10;

const seconds = (part: ReviewPart) => Math.ceil(part.length_ms / 1000);
const of = ({ spans }: Watched, episode: number) => spans.filter((s) => s.episode === episode);

/** How much of an episode was seen, 0 to 1. */
export function seenOf(watched: Watched, part: ReviewPart): number {
  const seen = of(watched, part.number).reduce((sum, s) => sum + s.to_s - s.from_s, 0);
  return seconds(part) === 0 ? 0 : Math.min(1, seen / seconds(part));
}

/** The stretches that were seen, as shares of the length of the episode. */
export const stretches = (watched: Watched, part: ReviewPart): { from: number; to: number }[] =>
  of(watched, part.number).map((s) => ({
    from: Math.min(1, (s.from_s * 1000) / part.length_ms),
    to: Math.min(1, (s.to_s * 1000) / part.length_ms),
  }));

/** Where the next second begins that was not seen, from a place on and then from the front: episode and milliseconds. */
export function nextUnseen(
  watched: Watched,
  parts: ReviewPart[],
  episode: number,
  atMs: number,
): { episode: number; ms: number } | null {
  const here = parts.findIndex((p) => p.number === episode);
  const order = [...parts.slice(here), ...parts.slice(0, here), ...parts.slice(here, here + 1)];
  for (const [i, part] of order.entries()) {
    const from = i === 0 ? Math.floor(atMs / 1000) : 0;
    for (let s = from; s < seconds(part); s++)
      if (!of(watched, part.number).some((x) => x.from_s <= s && s < x.to_s))
        return { episode: part.number, ms: s * 1000 };
  }
  return null;
}
