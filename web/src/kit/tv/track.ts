import { shifted } from './geometry.ts';

/** What is longer than the screen and moves so that what is focused is seen. */
export interface Track {
  axis: 'x' | 'y';
  /** So much of the neighbours is seen as well, in pixels. */
  peek: number;
  /** Each of its children comes to its start as a whole: rows of a page. */
  snap?: boolean;
}

const tracks = new WeakMap<Element, Track & { at: number }>();

/** Makes an element move inside its parent, which cuts it. */
export function track(element: HTMLElement, how: Track): { destroy: () => void } {
  tracks.set(element, { ...how, at: 0 });
  return { destroy: () => tracks.delete(element) };
}

/** Moves every track around an element. */
export function reveal(element: HTMLElement): void {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const moving = tracks.get(around);
    if (moving && around.parentElement) move(around, moving, element);
  }
}

function move(whole: HTMLElement, moving: Track & { at: number }, element: HTMLElement): void {
  const child = moving.snap ? childAround(whole, element) : element;
  const start = from(whole, child, moving.axis);
  const across = moving.axis === 'x';
  const end = start + (across ? child.offsetWidth : child.offsetHeight);
  const { clientWidth = 0, clientHeight = 0 } = whole.parentElement ?? {};
  const view = across ? clientWidth - whole.offsetLeft : clientHeight - whole.offsetTop;
  const length = across ? whole.offsetWidth : whole.offsetHeight;
  moving.at = moving.snap ? start : shifted(moving.at, { start, end }, view, length, moving.peek);
  whole.style.transform = across ? `translate3d(${-moving.at}px, 0, 0)` : `translate3d(0, ${-moving.at}px, 0)`;
}

function childAround(whole: HTMLElement, element: HTMLElement): HTMLElement {
  let child = element;
  while (child.parentElement && child.parentElement !== whole) child = child.parentElement;
  return child;
}

/** Where an element begins in a track, however far both have been moved. */
function from(whole: HTMLElement, element: HTMLElement, axis: Track['axis']): number {
  let sum = 0;
  let at: Element | null = element;
  while (at instanceof HTMLElement && at !== whole && whole.contains(at)) {
    sum += axis === 'x' ? at.offsetLeft : at.offsetTop;
    at = at.offsetParent;
  }
  return sum;
}
