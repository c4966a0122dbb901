import {
  type ReviewDesk,
  type ReviewFinding,
  type ReviewMark,
  type ReviewPart,
  type ReviewVerb,
  reviewApi,
  type Watched,
} from '$/api/console.ts';
import { Reader } from '$/kit/console/reader.ts';
import { needed } from './seen.ts';

/** What can hold a pass back that watching on mends. */
const mending = ['review.not_watched', 'review.marks_not_watched'];

/** One version on the desk: how it stands, what was found, what I have seen, and where I am in it. */
export class Desk {
  desk = $state.raw<ReviewDesk | undefined>();
  findings = $state.raw<ReviewFinding[]>([]);
  watched = $state.raw<Watched>({ share: 0, spans: [] });
  error = $state.raw<unknown>(null);
  /** The number of the episode on the screen. */
  episode = $state(0);
  atMs = $state(0);
  part = $derived<ReviewPart | undefined>(this.desk?.parts.find((p) => p.number === this.episode));
  open = $derived(this.findings.filter((f) => !f.answer).length);
  #reader = new Reader(() => this.#read());

  constructor(readonly id: string) {}

  load = (): Promise<void> => this.#reader.again();

  async #read(): Promise<void> {
    try {
      const [desk, findings] = await Promise.all([reviewApi.look(this.id), reviewApi.findings(this.id)]);
      this.findings = findings;
      this.take(desk);
    } catch (error) {
      this.error = error;
    }
  }

  take(desk: ReviewDesk): void {
    this.desk = desk;
    this.error = null;
    this.watched = desk.watched;
    if (!this.part) this.episode = desk.parts[0]?.number ?? 0;
  }

  /** Where it stands may follow from what was seen. */
  heard(watched: Watched): void {
    this.watched = watched;
    const pass = this.desk?.choices.find((c) => c.verb === 'pass');
    if (pass && mending.includes(pass.code ?? '') && watched.share >= (needed(this.desk?.state ?? '') ?? 0))
      void this.load();
  }

  async decide(verb: ReviewVerb, reason: string): Promise<void> {
    const acts = this.desk?.acts.length ?? 0;
    this.take(await reviewApi.decide(this.id, { verb, reason: reason || undefined, acts }));
  }

  async answer(finding: string, answer: 'confirmed' | 'dismissed', reason: string): Promise<void> {
    const answered = await reviewApi.answer(this.id, finding, { answer, reason });
    this.findings = this.findings.map((f) => (f.id === finding ? answered : f));
    void this.load(); // the last answer opens the way
  }

  async mark(mark: Pick<ReviewMark, 'episode' | 'at_ms' | 'code' | 'severity' | 'note'>): Promise<void> {
    const made = await reviewApi.mark(this.id, mark);
    if (this.desk) this.desk = { ...this.desk, marks: [...this.desk.marks, made] };
    void this.load();
  }
}
