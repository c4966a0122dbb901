/**
 * One viewer, every screen: who else is there (Roster), controlling another device (Remote), and being seen and
 * controlled (Here). Framework-free; it hears what the live stream says through `hear` and speaks through a Wire.
 */
import type { Command, Order, Player, Told } from '../../api/players.ts';
import type { Position } from '../../api/types.ts';
import { Here, type Open } from './here.ts';
import { Remote } from './remote.ts';
import { Roster } from './roster.ts';

export type { Stage } from './here.ts';
export type { Moment, Sent } from './remote.ts';
export type { Presence } from './roster.ts';
export { Here, Remote, Roster };

/** What is asked of the server. */
export interface Wire {
  /** Asks the account's other devices what they are doing. */
  call: () => Promise<unknown>;
  /** Says what this one is doing. */
  tell: (told: Told) => Promise<unknown>;
  command: (device: string, order: Order) => Promise<{ player: Player }>;
}

/** What of the live stream it wants to hear. */
export interface Heard {
  hello: { device_id: string };
  call: unknown;
  player: Player;
  command: Command;
  position: Position;
}

export class Handoff {
  readonly roster: Roster;
  readonly remote: Remote;
  readonly here: Here;
  /** This device, once the server has said which it is. */
  me = '';

  constructor(
    wire: Wire,
    open: Open,
    storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    now: () => number = Date.now,
  ) {
    this.roster = new Roster(wire.call, now);
    this.remote = new Remote(wire.command, this.roster, storage, now);
    this.here = new Here(wire.tell, open, now);
  }

  /** Takes one event of the live stream. */
  hear<K extends keyof Heard>(event: K, data: Heard[K]): void {
    const hears: { [E in keyof Heard]: (data: Heard[E]) => void } = {
      hello: ({ device_id }) => {
        this.me = device_id ?? '';
        this.roster.again();
      },
      call: () => this.here.called(),
      player: (player) => this.roster.heard(player),
      command: (command) => void this.here.obey(command),
      position: (position) => {
        this.remote.moved(position);
        this.here.moved(position, this.me);
      },
    };
    hears[event](data);
  }
}
