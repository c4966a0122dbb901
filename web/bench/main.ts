import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import config from '../playwright.config.ts';
import { type Serving, serve } from './catalogue.ts';
import { measureOpen } from './open.ts';
import { say } from './report.ts';
import { measureSend } from './send.ts';
import { measureSwipe } from './swipe.ts';
import { measureWaste } from './waste.ts';

/** One run: the browser, the address measured, and how thoroughly. */
export interface Run {
  browser: Browser;
  url: string;
  quick: boolean;
  /** Tells where the time goes, request by request. */
  trace: boolean;
}

/** What can be measured, in order. Each prints its own rows. */
const figures: Record<string, (run: Run) => Promise<void>> = {
  swipe: measureSwipe,
  open: measureOpen,
  send: measureSend,
  waste: measureWaste,
};

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      only: { type: 'string', default: Object.keys(figures).join() },
      url: { type: 'string' },
    },
  });
  const { quick, trace, url } = values;
  const names = values.only.split(',');
  const unknown = names.find((name) => !figures[name]);
  if (unknown) throw new Error(`there is no figure ${unknown}; there are ${Object.keys(figures).join(', ')}`);
  const node: Serving = url ? { url, stop: async () => {} } : await serve(quick);
  const browser = await chromium.launch(config.use?.launchOptions);
  try {
    for (const name of names) {
      say(`${name} …`);
      await figures[name]?.({ browser, url: node.url, quick, trace }).catch((error) => {
        process.exitCode = 1;
        say(`${name}: ${error.stack ?? error}`);
      });
    }
  } finally {
    await browser.close();
    await node.stop();
  }
}
