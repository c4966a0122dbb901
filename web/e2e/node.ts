import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program = resolve(process.env.CLIFFHANGER_BIN ?? join(import.meta.dirname, '../../bin/cliffhanger'));

/** A running process of the program, with a data folder of its own. */
export interface Node {
  /** Its address without a trailing slash. */
  url: string;
  /** The link that sets the house up. */
  setup: string;
  stop: () => Promise<void>;
}

/** One that was started here. */
export interface Started extends Node {
  process: ChildProcess;
  /** What it has logged so far. */
  log: () => string;
}

const roomy = '--media.min-free=0'; // how full this machine's disk is, is nobody's work here

/** Starts a node on a free port and answers once it has said where it is; flags are more of its settings. */
export async function startNode(flags: string[] = [], bin = program): Promise<Started> {
  const data = await mkdtemp(join(tmpdir(), 'cliffhanger-e2e-'));
  const child = spawn(bin, ['serve', `--data=${data}`, '--http.addr=127.0.0.1:0', roomy, ...flags], {
    cwd: data,
    env: { ...process.env, CLIFFHANGER_CONFIG: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.on('data', (text: Buffer) => log.push(text.toString()));
  const stop = async () => {
    await ended(child);
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { ...(await welcome(child)), process: child, log: () => log.join(''), stop };
  } catch (error) {
    await stop();
    throw new Error(`${bin} did not start: ${String(error)}\n${log.join('').slice(-4000)}`);
  }
}

/** Reads the addresses a node prints when it is ready. */
function welcome(child: ChildProcess): Promise<{ url: string; setup: string }> {
  return new Promise((resolve, reject) => {
    let url = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    if (!child.stdout) return reject(new Error('no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      url ||= /Watch\s+(http\S+?)\/?\s*$/.exec(line)?.[1] ?? '';
      const setup = /(http\S+\/console\/setup#\S+)/.exec(line)?.[1];
      if (setup) resolve({ url, setup });
    });
  });
}

/** Asks the process to end and waits for it. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}
