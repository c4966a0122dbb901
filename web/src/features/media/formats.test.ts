import { expect, test } from 'vitest';
import { formatName } from './formats.ts';

test('containers and codecs are written as people write them', () => {
  const tags = ['mp4', 'matroska', 'h264', 'hevc', 'vp9', 'prores', 'aac', 'pcm_s16le', 'avc1.64001f', 'av01.0.05M.08'];
  expect(tags.map(formatName)).toEqual(['MP4', 'MKV', 'H.264', 'HEVC', 'VP9', 'ProRes', 'AAC', 'PCM', 'H.264', 'AV1']);
});
