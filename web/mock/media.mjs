// Makes a few short clips with ffmpeg, packaged as the product packages: one CMAF file per rendition, byte ranges.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Seconds of a clip. */
export const seconds = 24;
const looks = [
  ['0x1b1030', '0x8a2f6b', '0x30308a'],
  ['0x2a0a08', '0xb5502a', '0x7a1f1a'],
  ['0x06231f', '0x2f8a6b', '0x123a5a'],
  ['0x14203a', '0x5a7ab5', '0x8a6ab0'],
];
export const clips = looks.length;
const rungs = [
  { name: 'v360', width: 360, height: 640, rate: 350 },
  { name: 'v720', width: 720, height: 1280, rate: 1200 },
];

/** Makes what is missing under dir; answers when everything is there. */
export function makeMedia(dir) {
  for (let i = 0; i < clips; i++) makeClip(join(dir, String(i)), i);
}

function makeClip(dir, i) {
  if (existsSync(join(dir, 'done'))) return;
  mkdirSync(dir, { recursive: true });
  const run = (...args) =>
    execFileSync('nice', ['ffmpeg', '-v', 'error', '-y', ...args], {
      cwd: dir,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const [a, b, c] = looks[i];
  const picture = `gradients=s=720x1280:r=24:c0=${a}:c1=${b}:c2=${c}:n=3:speed=0.02:d=${seconds}`;
  const sound = `sine=f=${220 + 55 * i}:d=${seconds}:r=48000,volume=0.05`;
  run(
    '-f',
    'lavfi',
    '-i',
    picture,
    '-f',
    'lavfi',
    '-i',
    sound,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    '26',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-shortest',
    'source.mp4',
  );
  const hls = [
    '-f',
    'hls',
    '-hls_time',
    '2',
    '-hls_playlist_type',
    'vod',
    '-hls_segment_type',
    'fmp4',
    '-hls_flags',
    'single_file',
  ];
  for (const r of rungs) {
    run(
      '-i',
      'source.mp4',
      '-map',
      '0:v',
      '-vf',
      `scale=${r.width}:${r.height}`,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-b:v',
      `${r.rate}k`,
      '-g',
      '48',
      '-keyint_min',
      '48',
      '-sc_threshold',
      '0',
      ...hls,
      '-hls_segment_filename',
      `${r.name}.mp4`,
      `${r.name}.m3u8`,
    );
  }
  run('-i', 'source.mp4', '-map', '0:a', '-c:a', 'copy', ...hls, '-hls_segment_filename', 'audio.mp4', 'audio.m3u8');
  run(
    '-i',
    'source.mp4',
    '-t',
    '4',
    '-vf',
    'scale=360:640',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-b:v',
    '350k',
    '-c:a',
    'aac',
    '-movflags',
    '+faststart',
    'head.mp4',
  );
  run('-i', 'source.mp4', '-vf', 'fps=1/2,scale=90:160,tile=10x6', '-frames:v', '1', '-update', '1', 'sprite.jpg');
  run('-ss', '1', '-i', 'source.mp4', '-vf', 'crop=720:960', '-frames:v', '1', '-update', '1', 'poster.jpg');
  run('-ss', '2', '-i', 'source.mp4', '-vf', 'crop=720:405', '-frames:v', '1', '-update', '1', 'wide.jpg');
  writeFileSync(join(dir, 'master.m3u8'), master());
  for (const [lang, lines] of Object.entries(cues)) writeFileSync(join(dir, `${lang}.vtt`), vtt(lines));
  writeFileSync(join(dir, 'done'), '');
}

function master() {
  const out = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="main",DEFAULT=YES,AUTOSELECT=YES,URI="audio.m3u8"',
  ];
  for (const r of rungs) {
    out.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${(r.rate + 128) * 1200},RESOLUTION=${r.width}x${r.height},CODECS="avc1.42c01f,mp4a.40.2",AUDIO="a"`,
      `${r.name}.m3u8`,
    );
  }
  return `${out.join('\n')}\n`;
}

const cues = {
  'zh-CN': ['三年了，你终于回来了。', '灯谜是他写的。\n这笔迹，我认得。', '别回头，一直往前走。'],
  en: ['Three years.\nYou finally came back.', 'He wrote this riddle.\nI know the hand.', 'Do not look back.'],
};
function vtt(lines) {
  const at = (s) => `00:00:${String(s).padStart(2, '0')}.000`;
  return `WEBVTT\n\n${lines.map((l, i) => `${at(i * 7)} --> ${at(i * 7 + 6)}\n${l}\n`).join('\n')}`;
}

/** The range that starts a clip: the initialisation and the first segment of the lowest rung. */
export function firstBytes(dir) {
  const playlist = readFileSync(join(dir, 'v360.m3u8'), 'utf8');
  const [, length, offset] = playlist.match(/#EXT-X-BYTERANGE:(\d+)@(\d+)/) ?? [];
  return Number(length) + Number(offset);
}
