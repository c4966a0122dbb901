import type { Plugin } from 'vite';

/**
 * Adds a modulepreload for the player engine (hls.js) to the watch page, so that the browser fetches it
 * while it is still parsing the application instead of after it. The application itself goes before: the first
 * picture needs it and does not need the engine.
 */
export function parallelPlayer(): Plugin {
  return {
    name: 'parallel-player',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, filename }) {
        if (!bundle || !filename.endsWith('/index.html')) return;
        const chunk = Object.values(bundle).find(
          (c) => c.type === 'chunk' && c.isDynamicEntry && c.facadeModuleId?.includes('/hls.js/dist/'),
        );
        if (!chunk) return;
        return [
          {
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, fetchpriority: 'low', href: `/${chunk.fileName}` },
            injectTo: 'head',
          },
        ];
      },
    },
  };
}
