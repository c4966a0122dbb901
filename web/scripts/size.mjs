// Prints what a first visit downloads and fails when the watch app's own first-load JavaScript exceeds its budget.
// The player engine loads in parallel and is listed apart.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const budgets = { 'index.html': 60_000 };

const gzip = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const kb = (n) => `${(n / 1000).toFixed(1).padStart(7)} kB`;

/** The scripts a page loads at once: its entry and everything that is imported statically. */
function firstLoad(page) {
  const html = readFileSync(new URL(page, dist), 'utf8');
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const code = readFileSync(new URL(file, dist), 'utf8');
    for (const [, from] of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) visit(`assets/${from}`);
  };
  for (const [, src] of html.matchAll(/<script[^>]+src="\/([^"]+)"/g)) visit(src);
  return [...found];
}

let over = false;
for (const page of ['index.html', 'console.html']) {
  const files = firstLoad(page);
  const total = files.reduce((sum, file) => sum + gzip(file), 0);
  const budget = budgets[page];
  console.log(`${kb(total)} gzip  first-load JavaScript of ${page}${budget ? ` (budget ${kb(budget).trim()})` : ''}`);
  if (budget && total > budget) over = true;
}
for (const file of readdirSync(new URL('assets/', dist)).sort()) {
  console.log(`${kb(gzip(`assets/${file}`))} gzip  assets/${file}`);
}
if (over) {
  console.error('The watch app is over its budget.');
  process.exit(1);
}
