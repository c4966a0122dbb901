import { defineConfig } from '@playwright/test';

/**
 * The main journeys in the system's Chromium, against a node that the tests start themselves.
 * CLIFFHANGER_BIN names the program; without it, ../bin/cliffhanger (`make build`).
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One node, one machine: video work and playback would starve each other.
  workers: 1,
  // They end what hangs, and are far from what anything takes on a busy machine.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    locale: 'zh-CN',
    viewport: { width: 390, height: 844 },
    // A service worker would answer in place of the routes that the tests set.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--autoplay-policy=no-user-gesture-required',
        '--mute-audio',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--disable-background-networking',
      ],
    },
  },
});
