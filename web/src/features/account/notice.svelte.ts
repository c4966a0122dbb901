import { whenAnother } from '../../api/another.ts';
import { type Matter, type Privacy, privacy } from './privacy.ts';

type Consent = 'personalised' | 'analytics';

/** What there is to say and to ask. */
export interface Questions {
  /** Consents that wait to be given here and were never chosen. */
  ask: Consent[];
  /** Texts that have not been shown in the version that holds. */
  tell: Matter[];
  /** Of those, the ones shown before in another version. */
  changed: Matter[];
}

/** What is open between the house and a viewer; pure. In minors' mode nothing is asked. */
export function openIn(now: Privacy): Questions | null {
  if (now.minor) return null;
  const ask = (['personalised', 'analytics'] as const).filter((c) => now[c].default === 'off' && !now[c].chosen_at);
  const tell = (['terms', 'privacy'] as const).filter((m) => now[m].due);
  if (ask.length + tell.length === 0) return null;
  return { ask, tell, changed: tell.filter((m) => now[m].agreed !== '') };
}

/** The notice of a first launch and of new texts: asked for once something has played, until nothing is open. */
class Notice {
  #now = $state.raw<Privacy | null>(null);
  #asked = 0;
  questions = $derived(this.#now && openIn(this.#now));

  /** Asks how things stand, unless nothing was open the last time. */
  async look(): Promise<void> {
    if (this.#now && !this.questions) return;
    const asked = ++this.#asked;
    const now = await privacy.read().catch(() => null); // The next look asks again.
    if (now && asked === this.#asked) this.#now = now;
  }

  /** The viewer was told, and gives or refuses what was asked. */
  async answer(yes: boolean): Promise<void> {
    const [now, open] = [this.#now, this.questions];
    if (!now || !open) return;
    const asked = ++this.#asked;
    const word: Parameters<typeof privacy.say>[0] = {};
    for (const matter of open.tell) word[matter] = now[matter].version;
    for (const consent of open.ask) word[consent] = yes ? 'on' : 'off';
    const then = await privacy.say(word);
    if (asked === this.#asked) this.#now = then;
  }

  forget(): void {
    this.#asked++;
    this.#now = null;
  }
}

export const notice = new Notice();
whenAnother(() => notice.forget());
