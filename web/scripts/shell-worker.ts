import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const source = fileURLToPath(new URL('../src/apps/watch/shell-worker.js', import.meta.url));

/**
 * Emits /shell-worker.js: the service worker of the watch app with the list of shell files and a version
 * made from their hashed names filled in. Console files, the player's worker and media stay out of it.
 */
export function shellWorker(): Plugin {
  return {
    name: 'shell-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const shell = watchFiles(bundle);
        const version = createHash('sha256').update(shell.join('\n')).digest('hex').slice(0, 12);
        const code = readFileSync(source, 'utf8')
          .replace("'{{version}}'", JSON.stringify(version))
          .replace("'{{shell}}'", shell.map((f) => JSON.stringify(`/${f}`)).join(', '));
        this.emitFile({ type: 'asset', fileName: 'shell-worker.js', source: code });
      },
    },
  };
}

type Bundle = Record<
  string,
  { type: string; fileName: string; isEntry?: boolean; name?: string; imports?: string[]; dynamicImports?: string[] }
>;

/** The files reachable from the watch entry, with their styles. */
function watchFiles(bundle: Bundle): string[] {
  const entry = Object.values(bundle).find((c) => c.type === 'chunk' && c.isEntry && c.name === 'watch');
  const files = new Set<string>();
  const visit = (name: string | undefined) => {
    const chunk = name ? bundle[name] : undefined;
    if (!chunk || files.has(chunk.fileName)) return;
    files.add(chunk.fileName);
    for (const css of cssOf(chunk)) files.add(css);
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
  };
  visit(entry?.fileName);
  return [...files].sort();
}

function cssOf(chunk: object): Iterable<string> {
  const meta = (chunk as { viteMetadata?: { importedCss?: Set<string> } }).viteMetadata;
  return meta?.importedCss ?? [];
}
