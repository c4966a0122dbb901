import { overlay } from '../../router/index.svelte.ts';

export type Way = 'up' | 'down' | 'left' | 'right';
type Box = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;

const ways: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const reachable = 'a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]';

/**
 * A remote control has four arrows and OK. Its arrows swipe and seek until OK is pressed: then they move among
 * what can be pressed, until Back or Escape.
 */
export class Steering {
  #close: (() => void) | null = null;

  /** first: where OK leads. */
  constructor(private readonly first: () => HTMLElement | null | undefined) {}

  /** Whether the key was for this. */
  key(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Enter') {
      if ((event.target as Element | null)?.closest?.(reachable)) return false; // It is pressed.
      const first = this.first();
      if (!first) return false;
      this.#close ??= overlay(() => this.end());
      first.focus();
      return true;
    }
    if (!this.#close) return false;
    const way = ways[event.key];
    if (way) move(way, this.first);
    else if (event.key === 'Escape') this.end();
    return way !== undefined || event.key === 'Escape';
  }

  /** The arrows swipe and seek again. */
  end(): void {
    if (!this.#close) return;
    const close = this.#close;
    this.#close = null;
    close();
    (document.activeElement as HTMLElement | null)?.blur();
  }
}

function move(way: Way, first: () => HTMLElement | null | undefined): void {
  const from = document.activeElement;
  if (!from || from === document.body) {
    first()?.focus();
    return;
  }
  const others = [...document.querySelectorAll<HTMLElement>(reachable)].filter((e) => e !== from && shown(e));
  const boxes = others.map((e) => e.getBoundingClientRect());
  const elsewhere = others.map((e) => part(e) !== part(from));
  others[nearest(from.getBoundingClientRect(), boxes, way, elsewhere)]?.focus();
}

/** The part of the screen that something is in: the picture, the panel beside it, or what is around both. */
function part(element: Element): Element | null {
  return element.closest('.video, aside');
}

function shown(element: HTMLElement): boolean {
  if (element.closest('.steps')) return false; // What they do the arrows did before.
  return (
    element.tabIndex >= 0 && element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden'
  );
}

/**
 * Which of the boxes lies next in a direction; -1 where none is. What is straight ahead comes before what is aside, and
 * of either what is in the same part of the screen before what is elsewhere.
 */
export function nearest(from: Box, boxes: readonly Box[], way: Way, elsewhere: readonly boolean[] = []): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, box] of boxes.entries()) {
    const [a, b] = [turned(from, way), turned(box, way)];
    if (b.top < (a.top + a.bottom) / 2) continue; // Beside it, not ahead: a bar above a row also reaches over its end.
    const aside = Math.max(0, b.left - a.right, a.left - b.right);
    const off = Math.abs(b.left + b.right - a.left - a.right) / 100;
    const cost = Math.max(0, b.top - a.bottom) + (aside > 0 ? 20_000 + 3 * aside : off) + (elsewhere[i] ? 10_000 : 0);
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** The box as if the way were down. */
function turned({ left, right, top, bottom }: Box, way: Way): Box {
  if (way === 'down') return { left, right, top, bottom };
  if (way === 'up') return { left, right, top: -bottom, bottom: -top };
  if (way === 'right') return { left: top, right: bottom, top: left, bottom: right };
  return { left: top, right: bottom, top: -right, bottom: -left };
}
