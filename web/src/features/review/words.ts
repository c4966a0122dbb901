import type { ReviewAct, ReviewDesk, ReviewFinding, ReviewState } from '$/api/console.ts';
import { type ReviewKey, t } from '$/i18n/review/index.ts';
import { zh } from '$/i18n/review/zh-CN.ts';

const known = (word: string): word is ReviewKey => Object.keys(zh).includes(word);
const wordOr = (key: string, other: string) => (known(key) ? t(key) : other);

/** Where a version stands, in words. */
export const stateWord = (state: string): string => wordOr(state, state);
/** What somebody did or may do. */
export const verbWord = (verb: string): string => wordOr(verb, verb);
/** What was found or marked. */
export const codeWord = (code: string): string => wordOr(`k_${code}`, code);
/** What a reviewer marks, in the order of the table of red lines. */
export const codes: string[] = Object.keys(zh)
  .filter((key) => key.startsWith('k_'))
  .map((key) => key.slice(2));

const places = { title: 'title_' } as const;
/** Where a check found something, when it is no moment of an episode. */
export const placeWord = (where: ReviewFinding['where']): string => t(where === 'title' ? places.title : where);

export type Tone = 'plain' | 'ok' | 'warn' | 'danger' | 'info';
/** The colour of a state: who waits, who is done, who has to change something. */
export function toneOf(state: ReviewState): Tone {
  if (state === 'cleared') return 'ok';
  if (state === 'returned' || state === 'appealed' || state === 'supplement') return 'warn';
  if (state === 'rejected' || state === 'blocked') return 'danger';
  if (state === 'withdrawn' || state === 'superseded' || state === 'draft') return 'plain';
  return 'info';
}

/** Verbs that need words: to make it stricter is explained, to let it pass is not. */
export const needsReason = (verb: string): boolean => !['pass', 'pass_minors', 'withdraw'].includes(verb);

/** What comes of a decision, in words; '' where that is not certain. */
export function leadsTo(state: ReviewState, verb: string): string {
  switch (verb) {
    case 'pass':
      return state === 'first' ? t('to_second') : state === 'second' ? t('to_final') : '';
    case 'pass_minors':
      return t('to_minors');
    case 'return':
      return t('to_returned');
    case 'reject':
      return t('to_rejected');
    case 'withdraw':
      return t('to_withdrawn');
    case 'appeal':
      return t('to_appealed');
    case 'let_on':
    case 'reopen':
      return t('to_first');
    case 'uphold':
    case 'reinstate':
      return t('to_second_word');
    default:
      return '';
  }
}

export interface Signer {
  stage: 'first' | 'second' | 'final';
  /** Who passed it; '' nobody yet. */
  by: string;
  /** It waits for this one. */
  now: boolean;
}
const stages = ['first', 'second', 'final'] as const;

/** Who signed the three reviews since it went to the first one last, and who is missing; none where no three are asked. */
export function signers({ acts, state }: Pick<ReviewDesk, 'acts' | 'state'>): Signer[] {
  const begun = acts.map((a) => a.to === 'first' && a.from !== 'first').lastIndexOf(true);
  if (begun < 0) return [];
  const since = acts.slice(begun).reverse();
  return stages.map((stage) => ({
    stage,
    by: since.find((a) => a.from === stage && a.verb === 'pass')?.by ?? '',
    now: state === stage,
  }));
}

/** The last act that sent it back or refused it, if nothing came after. */
export function lastWord({ acts }: Pick<ReviewDesk, 'acts'>): ReviewAct | undefined {
  const last = acts[acts.length - 1];
  return last && ['returned', 'rejected'].includes(last.to) ? last : undefined;
}
