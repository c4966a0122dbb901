/** What the devices of one account say to each other. The events of the live stream carry it, for which OpenAPI has no words. */
import type { Wire } from './types.ts';

/** What a device says of itself, by itself or as its answer to a command. */
export type Told = Wire['PlaybackShowing'];

/** What a device shows. */
export type Showing = Omit<Told, 'answers' | 'refusal'>;

/** A device of the account that has the app open. */
export type Player = Wire['PlaybackPlayer'];

/** What one device asks of another. */
export type Order = Wire['PlaybackAsk'];

/** An order as it arrives. */
export interface Command extends Order {
  id: string;
  from: { device_id: string; name: string };
  /** Whose profile asks, where it has a name. */
  person?: string;
  at: string;
}

/** Why a device must stop. */
export interface Stop {
  reason: 'signed_out' | 'too_many_streams';
  by?: { device_id: string; name: string };
}
