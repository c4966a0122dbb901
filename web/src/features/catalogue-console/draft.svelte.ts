import type { Drama } from '$/api/console.ts';
import { at, changes, copy, type Form, formOf, put, rebase, same } from './about.ts';

/** What was typed about one drama and is not saved yet, together with what it was typed over. */
export class Draft {
  form = $state() as Form;
  /** Where others saved something else than what was typed here. */
  #clashes = $state.raw<string[]>([]);
  #base = $state.raw() as Form;
  #version: number;

  constructor(drama: Drama) {
    this.#version = drama.version;
    this.#base = formOf(drama);
    this.form = formOf(drama);
  }

  /** Of the drama that was typed over: what others change later is not overwritten unseen. */
  get version(): number {
    return this.#version;
  }

  get changes() {
    return changes(this.#base, this.form);
  }

  get dirty(): boolean {
    return Object.keys(this.changes).length > 0;
  }

  get clashes(): { path: string; theirs: unknown }[] {
    return this.#clashes
      .filter((path) => !same(at(this.form, path), at(this.#base, path)))
      .map((path) => ({ path, theirs: at(this.#base, path) }));
  }

  /** Goes on from a newer state of the drama, with what was typed. */
  follow(drama: Drama): void {
    if (drama.version <= this.#version) return;
    this.#goOn(drama, this.#base);
  }

  /** Takes what a save has made of the form as it was sent; what was typed meanwhile stays. */
  saved(sent: Form, drama: Drama): void {
    this.#clashes = [];
    this.#goOn(drama, sent);
  }

  takeTheirs(path: string): void {
    put(this.form, path, copy(at(this.#base, path)));
  }

  discard(): void {
    this.form = copy(this.#base);
    this.#clashes = [];
  }

  #goOn(drama: Drama, from: Form): void {
    const theirs = formOf(drama);
    const { form, clashes } = rebase(from, copy(this.form), theirs);
    [this.#version, this.#base, this.form] = [drama.version, theirs, form];
    this.#clashes = [...new Set([...this.#clashes, ...clashes])];
  }
}

/** What is being typed in this tab, by drama. It outlives the page it was typed on, until it is saved or discarded. */
const drafts = new Map<string, Draft>();

globalThis.addEventListener?.('beforeunload', (event) => {
  if ([...drafts.values()].some((d) => d.dirty)) event.preventDefault();
});

export function draftOf(drama: Drama): Draft {
  const kept = drafts.get(drama.id);
  kept?.follow(drama);
  const draft = kept ?? new Draft(drama);
  drafts.set(drama.id, draft);
  return draft;
}

/** Whoever showed a draft is done with it. Answers whether it is kept, because it is not saved. */
export function leaveDraft(id: string): boolean {
  if (drafts.get(id)?.dirty) return true;
  drafts.delete(id);
  return false;
}

export function forgetDraft(id: string): void {
  drafts.delete(id);
}
