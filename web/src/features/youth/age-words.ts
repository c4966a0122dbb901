import type { Minors } from '../../api/minors.svelte.ts';
import { t } from '../../i18n/minors/index.ts';
import { span } from '../../i18n/span.ts';

/** A range of full years as people write it: 13–15, 8, 13+. */
export function agesOf(range: string): string {
  const [from = '', to] = range.split('-');
  return to === undefined || to === from ? from : span(range);
}

const sources = { os: 'ageOs', store: 'ageStore', guardian: 'ageGuardian', id: 'ageId' } as const;

/** Who says how old a minor is, and whether the account's owner may say more. */
export function ageSaid(status: Minors) {
  if (!status.age) return null;
  const now = status.on ? status.band : status.offered;
  const choice = status.choice as string[];
  const another = choice.some((band) => band !== now);
  return {
    words: t(sources[status.age.source], { ages: agesOf(status.age.ages) }),
    /** Another band than the one that holds fits as well. */
    another,
    /** Nobody has said which age of the range is meant. */
    range: another && (now === choice[0] || !choice.includes(now)),
    /** A first PIN may be set. */
    firstPin: status.source === 'age' && !status.pin_set,
    /** It may be wrong, and where it was said it can be put right. */
    fixable: status.age.source !== 'id',
  };
}
