import type { Browser, CDPSession, Page } from '@playwright/test';
import { install } from './probe.ts';

/** A page of a new viewer with an empty cache. */
export interface Screen {
  page: Page;
  cdp: CDPSession;
  close: () => Promise<void>;
}

/** One as large as a phone, whose pixels are finer than those drawn here. */
export const phone = (browser: Browser, url: string): Promise<Screen> => open(browser, url, 390, 844, 3);

/** One as large as a television. */
export const tv = (browser: Browser, url: string): Promise<Screen> => open(browser, url, 1920, 1080, 1);

async function open(browser: Browser, url: string, width: number, height: number, pixels: number): Promise<Screen> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'zh-CN',
    viewport: { width, height },
    // Its requests would bypass the slow line.
    serviceWorkers: 'block',
  });
  context.setDefaultTimeout(30_000);
  await context.addInitScript((n) => Object.defineProperty(globalThis, 'devicePixelRatio', { get: () => n }), pixels);
  await install(context);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  return { page, cdp, close: () => context.close() };
}

/** 5 Mbit/s down and up, 80 ms until an answer begins. */
export async function slowLine(cdp: CDPSession): Promise<void> {
  const bytes = 5_000_000 / 8;
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 80,
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  });
}
