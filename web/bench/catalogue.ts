import { execFile, spawn } from 'node:child_process';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Producer } from '../e2e/house.ts';
import { say } from './report.ts';

const root = resolve(import.meta.dirname, '../..');
const program = resolve(process.env.CLIFFHANGER_BIN ?? join(root, 'bin/cliffhanger'));

/** A running process of the program. */
export interface Serving {
  url: string;
  stop: () => Promise<void>;
}

/**
 * A catalogue as large as a visit: dramas of two episodes. Encoding is most of the work of making it, so a few masters
 * serve them all: the same file handed in again is the same asset.
 */
interface Plan {
  dramas: number;
  masters: number;
  seconds: (seed: number) => number;
}
const full: Plan = { dramas: 54, masters: 12, seconds: (seed) => 60 + ((seed * 5) % 13) };
const small: Plan = { dramas: 34, masters: 4, seconds: (seed) => 60 + seed };

/** Serves the catalogue, making it first where it is not kept from an earlier run. */
export async function serve(quick: boolean): Promise<Serving> {
  const plan = quick ? small : full;
  const folder = join(root, '.cache/bench', `web-1-${plan.dramas}-${plan.masters}`);
  if (!(await exists(folder))) await fill(folder, plan);
  // Only the web role: the work that a finished catalogue still has queued would disturb the measurement.
  return start(folder, ['--roles=web']);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function fill(folder: string, plan: Plan): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  say(`making a catalogue of ${plan.dramas} dramas, once …`);
  const node = await start(unfinished, []);
  try {
    await publish(await Producer.setUp({ ...node, setup: await node.setup }), join(unfinished, 'masters'), plan);
  } finally {
    await node.stop();
  }
  await rm(join(unfinished, 'masters'), { recursive: true });
  await rename(unfinished, folder);
}

async function publish(producer: Producer, scratch: string, plan: Plan): Promise<void> {
  await mkdir(scratch);
  const masters: string[] = [];
  const posters: Buffer[] = [];
  for (let seed = 0; seed < plan.masters; seed++) {
    masters.push(await master(scratch, seed, plan.seconds(seed)));
    posters.push(await poster(scratch, masters[seed] as string));
    say(`master ${seed + 1} of ${plan.masters}`);
  }
  const ids: string[] = [];
  for (let n = 0; n < plan.dramas; n++) {
    const further = n + 1 + Math.floor(n / plan.masters);
    const episodes = [n, further].map((i) => masters[i % plan.masters] as string);
    const title = { 'zh-CN': `长夜${n + 1}`, en: `The Long Night ${n + 1}` };
    ids.push(await producer.draft(title, posters[n % plan.masters] as Buffer, episodes));
  }
  for (const [n, id] of ids.entries()) {
    await producer.playable(id, 2, 1_800_000);
    await producer.publish(id);
    say(`drama ${n + 1} of ${plan.dramas}`);
  }
  await producer.leave();
}

const run = promisify(execFile);
const ffmpeg = (...args: string[]) => run('ffmpeg', ['-v', 'error', '-y', ...args]);

/** Pictures that cost an encoder about what drama does: always moving, with some grain. */
async function master(folder: string, seed: number, seconds: number): Promise<string> {
  const path = join(folder, `master-${seed}.mp4`);
  const places = ['-0.743643887:0.131825904', '-1.25066:0.02012', '-0.1592:1.0338', '0.2929859:0.6117848'];
  const [x, y] = (places[seed % places.length] as string).split(':');
  const zoom = `start_x=${x}:start_y=${y}:start_scale=${0.4 + seed / 40}:end_scale=0.0001:end_pts=${seconds * 30}`;
  const picture = `mandelbrot=size=360x640:rate=24:maxiter=400:${zoom}`;
  const look = `hue=h=${seed * 30},gblur=1.6,scale=720:1280,noise=alls=3:allf=t:all_seed=${seed + 1},format=yuv420p`;
  const sound = `anoisesrc=color=pink:amplitude=0.2:seed=${seed},tremolo=f=4`;
  const input = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', String(seconds), '-vf', look];
  const codecs = ['-c:v', 'libx264', '-preset', 'superfast', '-crf', '22', '-maxrate', '5M', '-bufsize', '5M'];
  await ffmpeg(...input, ...codecs, '-g', '48', '-c:a', 'aac', '-b:a', '128k', path);
  return path;
}

async function poster(folder: string, master: string): Promise<Buffer> {
  const path = join(folder, 'poster.jpg');
  await ffmpeg('-ss', '5', '-i', master, '-frames:v', '1', '-vf', 'crop=720:960,scale=810:1080', path);
  return readFile(path);
}

/** Starts a node on a free port; setup is its set-up link, if it prints one. */
async function start(data: string, args: string[]): Promise<Serving & { setup: Promise<string> }> {
  const child = spawn(program, ['serve', `--data=${data}`, '--http.addr=127.0.0.1:0', ...args], {
    cwd: data,
    env: { ...process.env, CLIFFHANGER_CONFIG: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log = (log + text).slice(-4000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}\n${log}`)));
  });
  ended.catch(() => {}); // Told to whoever waits; at the end nobody does.
  const lines = createInterface({ input: child.stdout });
  const found = (pattern: RegExp): Promise<string> =>
    Promise.race([
      ended,
      new Promise<string>((resolve) => {
        lines.on('line', (text) => {
          const match = pattern.exec(text)?.[1];
          if (match) resolve(match);
        });
      }),
    ]);
  const setup = found(/(http\S+\/console\/setup#\S+)/);
  setup.catch(() => {});
  const url = await found(/Watch\s+(http\S+?)\/?\s*$/);
  const stop = async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await ended.catch(() => {});
  };
  return { url, setup, stop };
}
