import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function ffmpeg(...args: string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-y', ...args]);
}

/** Makes a vertical master with sound, as wide as `lines`; every seed gives other bytes. */
export async function clip(folder: string, seconds: number, seed: number, lines = 360): Promise<string> {
  const path = join(folder, `master-${seed}.mp4`);
  const picture = `testsrc2=size=${lines}x${(lines * 16) / 9}:rate=25:duration=${seconds}`;
  const sound = `sine=frequency=${300 + seed}:duration=${seconds}`;
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest'];
  await ffmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...codecs, path);
  return path;
}

/** A poster, as JPEG bytes. */
export async function poster(folder: string): Promise<Buffer> {
  const path = join(folder, 'poster.jpg');
  await ffmpeg('-f', 'lavfi', '-i', 'mandelbrot=size=540x720:rate=1', '-frames:v', '1', path);
  return readFile(path);
}

/** The trailer among the test data where there is one, else a clip made here. */
export async function trailer(folder: string): Promise<string> {
  const path = join(process.env.CLIFFHANGER_TESTDATA ?? '', 'media/sintel_trailer_720p.mp4');
  const there = await access(path).then(
    () => true,
    () => false,
  );
  return there ? path : clip(folder, 40, 1, 720);
}

/** What ffprobe finds wrong with a stream, read to its end. */
export async function faults(url: string): Promise<string> {
  const { stdout, stderr } = await run('ffprobe', ['-v', 'error', '-count_packets', url]);
  return stdout + stderr;
}
