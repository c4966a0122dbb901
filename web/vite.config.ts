import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { firstLoad } from './scripts/first-load.ts';
import { parallelPlayer } from './scripts/parallel-player.ts';
import { shellWorker } from './scripts/shell-worker.ts';

// The API a dev server talks to: a local node, or the mock (npm run mock).
const api = process.env.CLIFFHANGER_API ?? 'http://localhost:8080';

export default defineConfig({
  resolve: { alias: { $: fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [svelte(), parallelPlayer(), shellWorker()],
  build: {
    // Chrome 90, whose faults with optional calls and static fields nothing here touches (scripts/floor.mjs looks): aimed
    // at it, the compiler would write every optional chain and private field the long way, seven kilobytes in a hundred.
    target: 'chrome98',
    cssTarget: 'chrome90',
    outDir: 'dist',
    assetsDir: 'assets',
    // Nothing inline: the pages run under default-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { watch: 'index.html', console: 'console.html' },
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: firstLoad, debugName: 'first load' }],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: api, changeOrigin: false },
      '/media': { target: api, changeOrigin: false },
      '/img': { target: api, changeOrigin: false },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // For what never ends; a busy machine may take its time.
    testTimeout: 120_000,
  },
});
