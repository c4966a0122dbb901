import type { BrowserContext, Page } from '@playwright/test';

/** A presented picture: when, of which video of the page, and where in it. */
interface Picture {
  at: number;
  video: number;
  onScreen: boolean;
  mediaSeconds: number;
}
interface Probe {
  /** When the finger was lifted last: the browser's own time of the event. */
  gesture: number;
  /** Where each video stood then, in seconds. */
  stood: number[];
  /** The first picture on the screen since the gesture that is not of the video shown before it. */
  first: Picture | null;
}
declare global {
  interface Window {
    __probe: Probe;
  }
}

/** Watches every video of a page from its first moment, apart from what the player says about itself. */
export async function install(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const videos: HTMLVideoElement[] = [];
    const onScreen = (video: HTMLVideoElement) => video.isConnected && !video.hasAttribute('aria-hidden');
    let before = -1;
    const probe: Probe = {
      gesture: 0,
      stood: [],
      first: null,
    };
    window.__probe = probe;
    addEventListener(
      'pointerup',
      (event) => {
        probe.gesture = event.timeStamp;
        probe.first = null;
        probe.stood = videos.map((video) => video.currentTime);
        before = videos.findIndex(onScreen);
      },
      true,
    );
    const follow = (video: HTMLVideoElement, n: number) => {
      video.requestVideoFrameCallback((_now, { mediaTime }) => {
        const picture = { at: performance.now(), video: n, onScreen: onScreen(video), mediaSeconds: mediaTime };
        if (picture.onScreen && n !== before) probe.first ??= picture;
        follow(video, n);
      });
    };
    document.addEventListener(
      'loadstart',
      ({ target }) => {
        if (!(target instanceof HTMLVideoElement) || videos.includes(target)) return;
        videos.push(target);
        follow(target, videos.length - 1);
      },
      true,
    );
  });
}

/** Milliseconds from the last gesture, or from the navigation, to the first picture after it. */
export async function firstPicture(page: Page): Promise<number> {
  await page.waitForFunction(() => window.__probe.first !== null, undefined, { timeout: 30_000 });
  return page.evaluate(() => (window.__probe.first?.at ?? 0) - window.__probe.gesture);
}

/**
 * Milliseconds from the last gesture until a video that stood ready began to run. Its first picture was presented
 * before, while it was warmed; so this is the first new picture's time less the time it has in the video.
 */
export async function begun(page: Page): Promise<number> {
  const next = await firstPicture(page);
  const ran = await page.evaluate(() => {
    const { first, stood } = window.__probe;
    return first ? (first.mediaSeconds - (stood[first.video] ?? 0)) * 1000 : 0;
  });
  return Math.max(0, next - ran);
}
