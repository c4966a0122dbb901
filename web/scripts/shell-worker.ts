import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const source = fileURLToPath(new URL('../src/apps/watch/shell-worker.js', import.meta.url));

/**
 * Emits /shell-worker.js: the service worker of the watch app with the lists of shell files and a version made from
 * their hashed names filled in. What only a television set shows is a list of its own. Console files, the player's
 * worker and media stay out of it.
 */
export function shellWorker(): Plugin {
  return {
    name: 'shell-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const tvApp = Object.values<Chunk>(bundle).find((c) =>
          c.facadeModuleId?.endsWith('/watch/tv/main.ts'),
        )?.fileName;
        const shell = watchFiles(bundle, tvApp);
        const tv = watchFiles(bundle).filter((file) => !shell.includes(file));
        const version = createHash('sha256')
          .update([...shell, ...tv].join('\n'))
          .digest('hex')
          .slice(0, 12);
        const list = (files: string[]) => files.map((f) => JSON.stringify(`/${f}`)).join(', ');
        const code = readFileSync(source, 'utf8')
          .replace("'{{version}}'", JSON.stringify(version))
          .replace("'{{shell}}'", list(shell))
          .replace("'{{tv}}'", list(tv));
        this.emitFile({ type: 'asset', fileName: 'shell-worker.js', source: code });
      },
    },
  };
}

interface Chunk {
  type: string;
  fileName: string;
  isEntry?: boolean;
  name?: string;
  facadeModuleId?: string | null;
  imports?: string[];
  dynamicImports?: string[];
}
type Bundle = Record<string, Chunk>;

/** The files reachable from the watch entry, with their styles, without what is reached through one of them only. */
function watchFiles(bundle: Bundle, without?: string): string[] {
  const entry = Object.values(bundle).find((c) => c.type === 'chunk' && c.isEntry && c.name === 'watch');
  const files = new Set<string>();
  const visit = (name: string | undefined) => {
    const chunk = name ? bundle[name] : undefined;
    if (!chunk || files.has(chunk.fileName) || chunk.fileName === without) return;
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
