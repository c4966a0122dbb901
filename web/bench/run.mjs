// What a viewer waits for and what is fetched in vain, in a real browser:
//   node web/bench/run.mjs [--quick] [--only=swipe,open,send,waste] [--url=http://…] [--trace]
// Prints rows of a Markdown table; progress goes to stderr. The rest is TypeScript, which Vite runs.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)));
await module.main(process.argv.slice(2));
