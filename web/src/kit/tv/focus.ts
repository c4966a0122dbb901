import { closest, type Spot, step, type Way } from './geometry.ts';
import { reveal } from './track.ts';

const ways: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const backKeys = new Set(['Escape', 'Backspace', 'GoBack', 'BrowserBack', 'XF86Back']);
/** Sets whose browsers name the back key by a number only: webOS, Tizen. */
const backCodes = new Set([461, 10009]);
const reachable = 'a[href], button:not(:disabled), [tabindex="0"]';

export function isBack(event: KeyboardEvent): boolean {
  return backKeys.has(event.key) || backCodes.has(event.keyCode);
}

/**
 * Keeps the focus on the screen and moves it by the arrows. The page says what belongs together with data-group, where a
 * group is entered with data-entry, where a page begins with data-first, and what must be answered first with
 * data-modal. Each place of the history remembers where it was left.
 */
export class Focus {
  /** What was focused last, by place in the history and then by group; '' is the page as a whole. */
  readonly #places = new Map<number, Map<string, string>>();
  #place = new Map<string, string>();
  /** A page has come that has not been given the focus yet. */
  #arriving = true;
  #last: Spot | null = null;
  #frame = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly onback: () => void,
  ) {}

  /** Listens; answers what stops it. */
  start(): () => void {
    const look = new MutationObserver(() => this.#soon());
    const attributeFilter = ['aria-busy', 'disabled', 'hidden', 'class', 'inert'];
    look.observe(this.root, { subtree: true, childList: true, attributes: true, attributeFilter });
    const onkeydown = (event: KeyboardEvent) => this.#key(event);
    const onfocusin = (event: FocusEvent) => this.#focused(event.target as HTMLElement);
    addEventListener('keydown', onkeydown);
    this.root.addEventListener('focusin', onfocusin);
    this.#arrives();
    this.#soon();
    return () => {
      look.disconnect();
      cancelAnimationFrame(this.#frame);
      removeEventListener('keydown', onkeydown);
      this.root.removeEventListener('focusin', onfocusin);
    };
  }

  /** Another place of the history is on the screen. */
  arrive(entry: number): void {
    this.#place = this.#places.get(entry) ?? new Map();
    this.#places.set(entry, this.#place);
    this.#arrives();
    this.#last = null;
    this.#soon();
  }

  /** The focus is still where it was on the page before; data-arriving says so to whoever watches. */
  #arrives(): void {
    this.#arriving = true;
    this.root.setAttribute('data-arriving', '');
  }

  /** Goes to where the page begins; false when it was there. */
  toFirst(): boolean {
    const first = this.root.querySelector<HTMLElement>('[data-first]');
    if (!first || first === document.activeElement) return false;
    first.focus({ preventScroll: true });
    return true;
  }

  move(way: Way): void {
    const spots = this.#spots();
    const now = spots.find((s) => s.element === document.activeElement);
    const next = now && (step(now, spots, way, this.#entries()) as Found | null);
    if (now) next?.element.focus({ preventScroll: true });
    else this.#settle();
  }

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ways[event.key];
    if (!way && !isBack(event)) return;
    event.preventDefault();
    if (way) this.move(way);
    else this.onback();
  }

  #focused(element: HTMLElement): void {
    const spot = this.#spots().find((s) => s.element === element);
    if (!spot) return;
    this.#last = spot;
    for (const group of spot.groups) this.#place.set(group, spot.key);
    // What has been answered is gone, and the focus returns to where it was before.
    if (!element.closest('[data-modal]')) this.#place.set('', spot.key);
    reveal(element);
  }

  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#settle());
  }

  /** Sees to it that something that can be focused is, once there is something. */
  #settle(): void {
    const spots = this.#spots();
    const now = document.activeElement;
    if (!this.#arriving && spots.some((s) => s.element === now)) return;
    const next = this.#wanted(spots);
    if (!next) return;
    this.#arriving = false;
    this.root.removeAttribute('data-arriving');
    next.element.focus({ preventScroll: true });
  }

  /** Where the page was left, else what is nearest to what has gone, else where the page begins. */
  #wanted(spots: Found[]): Found | undefined {
    const left = this.#place.get('');
    const again = spots.find((s) => s.key === left);
    if (again) return again;
    if (this.root.querySelector('[aria-busy="true"]')) return undefined;
    const modal = spots.some((s) => s.element.closest('[data-modal]'));
    if (this.#last && !this.#arriving && !modal) return (closest(this.#last, spots) as Found | null) ?? undefined;
    return (
      spots.find((s) => s.element.matches('[data-first]')) ?? spots.find((s) => s.groups[0] === 'page') ?? spots[0]
    );
  }

  /** Where each group is entered: where it says itself, else where it was left. */
  #entries(): Map<string, string> {
    const entries = new Map(this.#place);
    for (const spot of this.#spots()) {
      const inner = spot.groups[spot.groups.length - 1];
      if (inner !== undefined && spot.element.matches('[data-entry]')) entries.set(inner, spot.key);
    }
    return entries;
  }

  #spots(): Found[] {
    const modal = this.root.querySelector('[data-modal]');
    const seen = new Map<string, number>();
    return Array.from((modal ?? this.root).querySelectorAll<HTMLElement>(reachable))
      .filter((e) => e.tabIndex >= 0 && shown(e))
      .map((element) => {
        const groups = groupsOf(element, this.root);
        const name = `${groups.join('/')}/${element.dataset.key ?? element.getAttribute('href') ?? ''}`;
        const n = seen.get(name) ?? 0;
        seen.set(name, n + 1);
        return { element, groups, key: n ? `${name}#${n}` : name, box: element.getBoundingClientRect() };
      });
  }
}

interface Found extends Spot {
  element: HTMLElement;
}

function shown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
}

function groupsOf(element: Element, root: Element): string[] {
  const groups: string[] = [];
  for (let at: Element | null = element; at && at !== root; at = at.parentElement) {
    const name = (at as HTMLElement).dataset.group;
    if (name) groups.unshift(name);
  }
  return groups;
}
