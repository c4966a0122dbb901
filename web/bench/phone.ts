import type { Browser, CDPSession, Page } from '@playwright/test';
import { install } from './probe.ts';

/** A page of a new viewer with an empty cache, as large as a phone. */
export interface Phone {
  page: Page;
  cdp: CDPSession;
  close: () => Promise<void>;
}

export async function phone(browser: Browser, url: string): Promise<Phone> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'zh-CN',
    viewport: { width: 390, height: 844 },
    // Its requests would bypass the slow line.
    serviceWorkers: 'block',
  });
  context.setDefaultTimeout(30_000);
  // A phone's pixels are finer than those drawn here.
  await context.addInitScript(() => Object.defineProperty(globalThis, 'devicePixelRatio', { get: () => 3 }));
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
