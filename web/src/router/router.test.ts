import { describe, expect, it } from 'vitest';
import { match } from './index.svelte.ts';

describe('match', () => {
  it.each([
    ['/d/:drama/:n', '/d/drm_1/3', { drama: 'drm_1', n: '3' }],
    ['/d/:drama', '/d/drm_1/3', null],
    ['/genre/:slug', '/genre/%E6%82%AC%E7%96%91/', { slug: '悬疑' }],
    ['/genre/:slug', '/genre/%E0%A4%A', null],
    ['/', '/', {}],
    ['/', '/x', null],
  ])('%s on %s', (pattern, path, expected) => expect(match(pattern, path)).toEqual(expected));
});
