/** What devices of one account say to each other. Events of the live stream carry it, for which OpenAPI has no words. */

/** What a device shows. */
export interface Showing {
  state: 'idle' | 'playing' | 'paused' | 'ended';
  episode_id?: string;
  drama_id?: string;
  /** Of the drama. */
  title?: string;
  /** Of the episode. */
  number?: number;
  poster?: string;
  position_ms?: number;
  duration_ms?: number;
  /** 0 to 100. */
  volume?: number;
}

/** What a device says of itself, by itself or as its answer to a command. */
export interface Told extends Showing {
  /** The command this answers. */
  answers?: string;
  /** Why it could not do it. */
  refusal?: { code: string; message: string };
}

/** A device of the account that has the app open. */
export interface Player extends Told {
  device_id: string;
  name: string;
  form: string;
  /** When it said so, by the server's clock. */
  at: string;
}

/** What one device asks of another. */
export interface Order {
  kind: 'play' | 'pause' | 'resume' | 'seek' | 'next' | 'previous' | 'volume' | 'bring_back';
  /** For play. */
  episode_id?: string;
  /** For play and seek. */
  position_ms?: number;
  /** For play: of the position it goes on from. */
  position_version?: number;
  /** For volume, 0 to 100. */
  volume?: number;
}

/** An order as it arrives. */
export interface Command extends Order {
  id: string;
  from: { device_id: string; name: string };
  at: string;
}

/** Why a device must stop. */
export interface Stop {
  reason: 'signed_out' | 'too_many_streams';
  by?: { device_id: string; name: string };
}
