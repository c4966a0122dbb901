import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { consoleLive } from './console-live.ts';

/** A browser's stream, opened and broken by hand. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  breaks() {
    this.readyState = 0;
    this.onerror?.();
  }
  close() {
    this.readyState = Source.CLOSED;
  }
  says(name: string, data: string) {
    this.dispatchEvent(Object.assign(new Event(name), { data }));
  }
}
const last = () => Source.all[Source.all.length - 1] as Source;
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const touch = () => page.dispatchEvent(new Event('pointerdown'));
const minutes = (n: number) => vi.advanceTimersByTime(n * 60_000);

const poll = vi.fn();
const inbox = vi.fn();
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('document', page);
  Source.all = [];
  stop = consoleLive({ inbox, poll });
});
afterEach(() => {
  stop();
  page.visibilityState = 'visible';
  vi.resetAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('tells what comes, and nothing it cannot read', () => {
  last().opens();
  last().says('inbox', '{"unread":2}');
  last().says('inbox', 'half a');
  expect(inbox.mock.calls).toEqual([[{ unread: 2 }]]);
  expect(poll).not.toHaveBeenCalled();
});

it('stops listening and asking once nobody has touched the page for an hour, and goes on at a touch', () => {
  last().opens();
  minutes(59);
  touch();
  minutes(59);
  expect(Source.all).toHaveLength(1);
  expect(last().readyState).toBe(1);
  minutes(2);
  expect(last().readyState).toBe(Source.CLOSED);
  minutes(600);
  expect(Source.all).toHaveLength(1);
  expect(poll).not.toHaveBeenCalled();

  touch();
  expect(Source.all).toHaveLength(2);
  last().opens();
  expect(poll).toHaveBeenCalledTimes(1); // for what was missed
  minutes(10);
  expect(poll).toHaveBeenCalledTimes(1);
});

it('asks by itself while the stream is away, unless the page is hidden', () => {
  last().opens();
  last().breaks();
  vi.advanceTimersByTime(10_000);
  expect(poll).toHaveBeenCalledTimes(2);
  page.visibilityState = 'hidden';
  minutes(5);
  expect(poll).toHaveBeenCalledTimes(2);
  page.visibilityState = 'visible';
  last().opens();
  expect(poll).toHaveBeenCalledTimes(3);
  minutes(5);
  expect(poll).toHaveBeenCalledTimes(3);
});

it('opens a refused stream anew, and one for all who listen', () => {
  const other = vi.fn();
  const leave = consoleLive({ inbox: other, poll: () => {} });
  expect(Source.all).toHaveLength(1);
  last().close();
  last().breaks();
  last().readyState = Source.CLOSED;
  vi.advanceTimersByTime(5000);
  expect(Source.all).toHaveLength(2);
  last().says('inbox', '{}');
  expect(other).toHaveBeenCalledTimes(1);
  leave();
  stop();
  expect(last().readyState).toBe(Source.CLOSED);
  touch();
  expect(Source.all).toHaveLength(2);
});
