import type { Why } from '../api/types.ts';
import type { WatchKey } from '../i18n/watch/index.ts';

/** Words for why a drama stands where it stands: short for the pill, long for the sheet. */
export const reasons: Record<Why['code'], { short: WatchKey; long: WatchKey }> = {
  fresh: { short: 'whyFreshShort', long: 'whyFresh' },
  popular: { short: 'whyPopularShort', long: 'whyPopular' },
  following: { short: 'whyFollowingShort', long: 'whyFollowing' },
  explore: { short: 'whyExploreShort', long: 'whyExplore' },
  continue: { short: 'whyContinueShort', long: 'whyContinue' },
  again: { short: 'whyAgainShort', long: 'whyAgain' },
};
