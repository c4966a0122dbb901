// Fails when what was built uses something newer than Chrome 90, which television sets still run: the syntax that the
// compiler does not write another way, and what a browser must bring itself. What is only missed, not broken, is not
// on the list.
import { readdirSync, readFileSync } from 'node:fs';

const newer = {
  js: {
    'static blocks (94)': /\bstatic ?\{/,
    'private names looked for with in (91)': /#\w+ in\b/,
    'static fields called name or length (98)': /\bstatic (name|length) ?=/,
    'spread arguments of an optional call (91)': /\?\.[\w$.]*\((?:[\w$.]+,)*\.\.\./,
    'Array.at (92)': /(?<!\.\.)\.at\(/, // and not …at()
    'Array.findLast (97)': /\.findLast(Index)?\(/,
    'Array.toSorted and its kin (110)': /\.to(Sorted|Reversed|Spliced)\(/,
    'Object.hasOwn (93)': /Object\.hasOwn\(/,
    'Object.groupBy (117)': /\b(Object|Map)\.groupBy\(/,
    'Array.fromAsync (121)': /Array\.fromAsync\(/,
    'Promise.withResolvers (119)': /\.withResolvers\(/,
    'structuredClone (98)': /\bstructuredClone\(/,
    'AbortSignal.timeout and any (103, 116)': /AbortSignal\.(timeout|any)\(/,
    'AbortSignal.throwIfAborted (100)': /\.throwIfAborted\(/,
  },
  css: {
    'translate, rotate and scale as properties (104)': /[{;](translate|rotate|scale):/,
    ':has (105)': /:has\(/,
    'nesting (112)': /[{;}]\s*&/,
    '@layer (99)': /@layer\b/,
    '@container (105)': /@container\b/,
    '@scope (118)': /@scope\b/,
    'color-mix, oklch and lab (111)': /\b(color-mix|oklch|oklab|lab|lch)\(/,
    'media ranges (104)': /@media[^{]*[<>]/,
    'small, large and dynamic viewports (108) without a fallback': /[\d.]+[sld]v(h|w|min|max)\b/,
  },
};

/** A length that older browsers skip is fine right after one they know. */
const withFallback = /([\w-]+):([\d.]+)v(h|w)\b;((?:[\w-]+:[^;{}]+;)*?)\1:\2[sld]v\3\b/g;

const assets = new URL('../dist/assets/', import.meta.url);
let found = 0;
for (const file of readdirSync(assets).sort()) {
  const kind = /\.(js|css)$/.exec(file)?.[1];
  if (!kind) continue;
  const text = readFileSync(new URL(file, assets), 'utf8').replace(withFallback, '');
  for (const [name, pattern] of Object.entries(newer[kind])) {
    const at = text.search(pattern);
    if (at < 0) continue;
    found++;
    console.error(`assets/${file}: ${name}: …${text.slice(Math.max(0, at - 40), at + 60)}…`);
  }
}
if (found) {
  console.error('Chrome 90 does not know this. Write it another way.');
  process.exit(1);
}
