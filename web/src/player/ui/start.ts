/** The moment at which an episode is to begin that is about to be opened, for the player that opens it. */
let wanted: { episode: string; ms: number } | null = null;

export function startAt(episode: string, ms: number | undefined): void {
  wanted = ms === undefined ? null : { episode, ms };
}

/** Where an episode is to begin; undefined: where the person stopped. */
export function startOf(episode: string): number | undefined {
  return wanted?.episode === episode ? wanted.ms : undefined;
}

/** It has begun: the next time it begins where the person stopped. */
export function begun(episode: string): void {
  if (wanted?.episode === episode) wanted = null;
}
