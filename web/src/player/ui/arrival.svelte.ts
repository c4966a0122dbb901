import { Problem } from '../../api/problem.ts';
import { viewer } from '../../api/viewer.ts';
import { openEpisode } from './screens.svelte.ts';

/** The way from an address with the token of another device to that device's second; it may be refused. */
export class Arrival {
  error = $state.raw<unknown>(null);
  /** The token was used already, or is too old. */
  spent = $derived(this.error instanceof Problem && this.error.code === 'playback.handoff_spent');

  async begin(token: string): Promise<void> {
    try {
      const { episode_id, position_ms } = await viewer.redeemHandoff(token);
      await openEpisode(episode_id, position_ms, true);
    } catch (problem) {
      this.error = problem;
    }
  }
}
