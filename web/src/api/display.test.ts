import { afterEach, expect, it, vi } from 'vitest';
import { rememberDisplay } from './display.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser that decodes what contains one of these words, on a screen of 360 × 800 points of three pixels. */
async function said(decodes: string[], media: string[], answer: object = {}): Promise<string | undefined> {
  const kept = new Map<string, string>();
  const asked: MediaDecodingConfiguration[] = [];
  vi.stubGlobal('localStorage', { setItem: (k: string, v: string) => kept.set(k, v) });
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: media.includes(query) }));
  vi.stubGlobal('screen', { width: 360, height: 800 });
  vi.stubGlobal('devicePixelRatio', 3);
  vi.stubGlobal('navigator', {
    mediaCapabilities: {
      decodingInfo: async (of: MediaDecodingConfiguration) => {
        asked.push(of);
        if (decodes.includes('throws')) throw new TypeError('not a known transferFunction');
        const words = JSON.stringify(of);
        return { supported: decodes.some((word) => words.includes(word)), smooth: true, ...answer };
      },
    },
  });
  await rememberDisplay();
  for (const { type, video } of asked) {
    expect(type).toBe('media-source');
    expect([video?.width, video?.height]).toEqual([1080, 1920]);
  }
  return kept.get('display');
}

it('says what MediaCapabilities calls smooth, and the pixels of the screen', async () => {
  expect(await said([], [])).toBe('1080x2400');
  expect(await said([], ['(pointer: coarse)'])).toBe('1080x2400_turns');
  expect(await said(['av01.0.08M.08', 'hvc1.1.6'], [])).toBe('1080x2400_av1_hevc');
  expect(await said(['"framerate":60'], [])).toBe('1080x2400_60');
});

it('says a range of brightness only where decoder and screen both have it', async () => {
  expect(await said(['"hlg"', '"pq"'], [])).toBe('1080x2400');
  expect(await said([], ['(dynamic-range: high)'])).toBe('1080x2400');
  expect(await said(['"hlg"'], ['(dynamic-range: high)'])).toBe('1080x2400_hlg');
  expect(await said(['"smpteSt2086"'], ['(dynamic-range: high)'])).toBe('1080x2400_pq');
});

it('takes what is not smooth, or cannot be asked, for what cannot be shown', async () => {
  expect(await said(['video'], ['(dynamic-range: high)'])).toBe('1080x2400_av1_hevc_hlg_pq_60');
  expect(await said(['video'], ['(dynamic-range: high)'], { smooth: false })).toBe('1080x2400');
  expect(await said(['throws'], ['(dynamic-range: high)'])).toBe('1080x2400');
});
