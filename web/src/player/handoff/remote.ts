import type { Order, Player } from '../../api/players.ts';
import type { Position } from '../../api/types.ts';
import { Emitter } from '../emitter.ts';
import type { Roster } from './roster.ts';

/** What was sent where. */
export interface Sent {
  device: string;
  name: string;
  drama: string;
  episode: string;
}

/** A moment of an episode. */
export interface Moment {
  drama: string;
  episode: string;
  positionMs: number;
}

/** Asks a device for something; answers what it shows then. Rejected when it refused or did not answer. */
export type Command = (device: string, order: Order) => Promise<{ player: Player }>;

const key = 'cliffhanger.remote';
/** How long a device that was never heard since the page began is waited for. */
const unheardMs = 15_000;
/** How long a device that has fallen silent is waited for. */
const silentMs = 600_000;

/**
 * This device as the remote control of another one that plays what was sent there. It outlives a reload: what was sent
 * stays in storage, and what the other one does is asked by a call.
 */
export class Remote extends Emitter<{ change: undefined }> {
  #sent: Sent | null;
  readonly #since: number;
  /** Where the other one was when it last told the server. */
  #told: { moment: Moment; at: number } | null = null;

  constructor(
    private readonly command: Command,
    private readonly roster: Roster,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.#since = now();
    this.#sent = this.#read();
    roster.on('change', () => this.#look());
  }

  /** What was sent and is still there. */
  get sent(): Sent | null {
    return this.#sent;
  }

  /** What the other device shows, as far as it is known. */
  get player(): Player | null {
    return (this.#sent && this.roster.last(this.#sent.device)) ?? null;
  }

  /** Plays a moment on another device. Rejected, nothing was moved. */
  async send(device: { id: string; name: string }, moment: Moment, version: number): Promise<Player> {
    const player = await this.#order(device.id, {
      kind: 'play',
      episode_id: moment.episode,
      position_ms: Math.round(moment.positionMs),
      position_version: version,
    });
    this.#told = null;
    this.#keep({ device: device.id, name: device.name, drama: moment.drama, episode: moment.episode });
    return player;
  }

  /** Takes over what a device plays by itself: from now on it is what is controlled here. */
  take({ device_id: device, name, drama_id: drama, episode_id: episode }: Player): void {
    if (drama && episode) this.#keep({ device, name, drama, episode });
  }

  /** Asks the device for something. */
  async order(order: Order): Promise<void> {
    if (this.#sent) await this.#order(this.#sent.device, order);
  }

  /** The moment to go on from here. A device that is silent is left alone: its last known moment serves. */
  async bringBack(): Promise<Moment | null> {
    const sent = this.#sent;
    if (!sent) return null;
    const answer = this.#order(sent.device, { kind: 'bring_back' }).catch(() => undefined);
    if (this.roster.presence(sent.device) !== 'away') await answer;
    const moment = this.#newest(sent);
    this.forget();
    return moment;
  }

  /** A device told the server where it is. */
  moved({ device_id, drama_id: drama, episode_id: episode, position_ms: positionMs }: Position): void {
    if (device_id === this.#sent?.device) this.#told = { moment: { drama, episode, positionMs }, at: this.now() };
  }

  forget(): void {
    this.#keep(null);
  }

  async #order(device: string, order: Order): Promise<Player> {
    const { player } = await this.command(device, order);
    this.roster.heard(player);
    return player;
  }

  /** Follows the device to what it shows; one that shows nothing any more, or is silent for good, is let go. */
  #look(): void {
    const sent = this.#sent;
    if (!sent) return;
    const { player } = this;
    const gone = player
      ? player.state === 'idle' || this.roster.age(sent.device) > silentMs
      : this.now() - this.#since > unheardMs;
    const { drama_id: drama, episode_id: episode } = player ?? {};
    if (gone) this.forget();
    else if (drama && episode && episode !== sent.episode) this.#keep({ ...sent, drama, episode });
    else this.emit('change', undefined);
  }

  #newest({ device, drama, episode }: Sent): Moment | null {
    const told = this.#told;
    const player = this.roster.last(device);
    if (told && (!player || this.now() - told.at < this.roster.age(device))) return told.moment;
    if (!player) return null; // Never heard: the server knows where it was.
    return {
      drama: player.drama_id ?? drama,
      episode: player.episode_id ?? episode,
      positionMs: this.roster.positionMs(device),
    };
  }

  #keep(sent: Sent | null): void {
    this.#sent = sent;
    try {
      if (sent) this.storage.setItem(key, JSON.stringify(sent));
      else this.storage.removeItem(key);
    } catch {} // Without storage it is remembered until the page is left.
    this.emit('change', undefined);
  }

  #read(): Sent | null {
    try {
      const sent = JSON.parse(this.storage.getItem(key) ?? 'null') as Sent | null;
      return sent?.device ? sent : null;
    } catch {
      return null; // Written by another hand.
    }
  }
}
