import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Node, startNode } from './node.ts';

const hour = 3_600_000;

/** A node whose clock tests turn, always forward. */
export interface Turned extends Node {
  /** What its clock shows, in milliseconds since 1970. */
  now: () => number;
  /** What it has logged so far. */
  log: () => string;
  turn: (ms: number) => Promise<void>;
  /** Turns it to the next time its rules' clocks, in China, show an hour. */
  turnTo: (hourOfDay: number) => Promise<void>;
}

/**
 * Builds and starts a node of test/e2e/turned. It is another program: nothing that tells the time of the one that is
 * delivered can be turned.
 */
export async function startTurned(folder: string, flags: string[]): Promise<Turned> {
  const bin = join(folder, 'turned');
  const cwd = resolve(import.meta.dirname, '../..');
  await promisify(execFile)('go', ['build', '-trimpath', '-o', bin, './test/e2e/turned'], {
    cwd,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  const node = await startNode(flags, bin);
  const { stdin, stdout } = node.process;
  if (!stdin || !stdout) throw new Error('no way to turn its clock');
  const lines = createInterface({ input: stdout });
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const turn = async (ms: number) => {
    const turned = new Promise<void>((done) => lines.on('line', (line) => line.startsWith('Clock ') && done()));
    stdin.write(`${ms}ms\n`);
    await turned;
    lines.removeAllListeners('line');
    ahead += ms;
  };
  const turnTo = (hourOfDay: number) => {
    const sinceMidnight = (now() + 8 * hour) % (24 * hour);
    return turn(Math.ceil((hourOfDay * hour - sinceMidnight + 24 * hour) % (24 * hour)));
  };
  return { ...node, now, turn, turnTo };
}
