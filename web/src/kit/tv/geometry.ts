/** Where the focus goes: pure, so that it can be tried without a screen. */
export type Way = 'up' | 'down' | 'left' | 'right';
export type Box = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;

/** One thing that can be focused. */
export interface Spot {
  /** Stays the same while the thing does, also when it is drawn anew. */
  key: string;
  box: Box;
  /** What it is part of, outermost first: the page, then a row of it. */
  groups: readonly string[];
}

/** Which thing of each group was focused last, or is to be entered first. */
export type Entries = ReadonlyMap<string, string>;

/**
 * The next thing in a direction; null where there is none. What is in the same row comes before what is elsewhere, what
 * is straight ahead before what is aside, and what is near before what is far. Whoever comes into a row, or into
 * another part of the screen, comes to where they were in it.
 */
export function step(from: Spot, spots: readonly Spot[], way: Way, entries: Entries): Spot | null {
  let best: Spot | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const spot of spots) {
    const cost = spot.key === from.key ? Number.POSITIVE_INFINITY : costOf(from, spot, way);
    if (cost < least) [best, least] = [spot, cost];
  }
  return best && entered(from, best, spots, entries);
}

/** Infinite for what is not in that direction. */
function costOf(from: Spot, to: Spot, way: Way): number {
  const [a, b] = [turned(from.box, way), turned(to.box, way)];
  if (b.top < (a.top + a.bottom) / 2) return Number.POSITIVE_INFINITY; // Beside it, not ahead.
  const aside = Math.max(0, b.left - a.right, a.left - b.right);
  // Right of the last in a row is nothing, though there may be something right of it farther down; and up and down do
  // not lead out of a part of the screen into the one beside it.
  const sideways = way === 'left' || way === 'right';
  if (aside > 0 && sideways === (from.groups[0] === to.groups[0])) return Number.POSITIVE_INFINITY;
  const off = Math.abs(b.left + b.right - a.left - a.right) / 100;
  const apart = from.groups.length - shared(from, to);
  const ahead = Math.max(0, b.top - a.bottom);
  // Where nothing is straight ahead, the nearest row counts, however far aside its things are.
  return (aside > 0 ? 20_000 + aside + 10 * ahead : off + ahead) + 100_000 * apart;
}

/** How many of the outer groups two things have in common. */
function shared(a: Spot, b: Spot): number {
  let n = 0;
  while (n < a.groups.length && n < b.groups.length && a.groups[n] === b.groups[n]) n++;
  return n;
}

/** The thing itself, or the one that is kept for the outermost group that is entered with it. */
function entered(from: Spot, to: Spot, spots: readonly Spot[], entries: Entries): Spot {
  const depth = shared(from, to);
  const group = to.groups[depth];
  const key = group === undefined ? undefined : entries.get(group);
  return spots.find((s) => s.key === key && s.groups[depth] === group) ?? to;
}

/** What is nearest to where something was, in the same row if it can be: the focus of what has gone. */
export function closest(gone: Spot, spots: readonly Spot[]): Spot | null {
  const far = (s: Spot) =>
    Math.hypot(centre(s.box, 'left') - centre(gone.box, 'left'), centre(s.box, 'top') - centre(gone.box, 'top'));
  const rank = (s: Spot) => far(s) - 100_000 * shared(gone, s);
  return spots.reduce<Spot | null>((best, s) => (!best || rank(s) < rank(best) ? s : best), null);
}

const centre = (b: Box, edge: 'left' | 'top') => (edge === 'left' ? b.left + b.right : b.top + b.bottom) / 2;

/** The box as if the way were down. */
function turned({ left, right, top, bottom }: Box, way: Way): Box {
  if (way === 'down') return { left, right, top, bottom };
  if (way === 'up') return { left, right, top: -bottom, bottom: -top };
  if (way === 'right') return { left: top, right: bottom, top: left, bottom: right };
  return { left: top, right: bottom, top: -right, bottom: -left };
}

/**
 * How far a long row must be moved so that one of its things is seen, with so much of its neighbours that one sees there
 * is more. All lengths along the row, from its start.
 */
export function shifted(
  now: number,
  thing: { start: number; end: number },
  view: number,
  whole: number,
  peek: number,
): number {
  let to = now;
  if (thing.end + peek > to + view) to = thing.end + peek - view;
  if (thing.start - peek < to) to = thing.start - peek;
  return Math.max(0, Math.min(to, whole - view));
}
