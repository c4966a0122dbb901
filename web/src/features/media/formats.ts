const names: Record<string, string> = {
  avc1: 'H.264',
  h264: 'H.264',
  hvc1: 'HEVC',
  hev1: 'HEVC',
  av01: 'AV1',
  prores: 'ProRes',
  opus: 'Opus',
  matroska: 'MKV',
  webm: 'WebM',
  mpegts: 'MPEG-TS',
};

/** A container or codec as people write it, from the word of a tool or the tag of a file, as in "avc1.64001f". */
export function formatName(tag: string): string {
  const [word = ''] = tag.split('.');
  return names[word] ?? word.replace(/^(pcm|adpcm)_.*/, '$1').toUpperCase();
}
