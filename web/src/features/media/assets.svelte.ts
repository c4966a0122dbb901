import type { AssetSummary } from '$/api/console.ts';
import type { Page } from '$/api/types.ts';

/** A list of masters, the newest first, kept up to date by what is told of them. */
export class Assets {
  items = $state.raw<AssetSummary[] | undefined>(undefined);
  error = $state<unknown>(null);
  next = $state<string | null | undefined>(undefined);
  private readonly deleted = new Set<string>(); // news of one may still be on its way

  constructor(private readonly read: (after?: string | null) => Promise<Page<AssetSummary>>) {}

  /** Reads the first page, or the one after what is shown. What was shown beyond it stays. */
  load = async (after?: string | null): Promise<void> => {
    try {
      const page = await this.read(after);
      page.items = page.items.filter((i) => !this.deleted.has(i.id));
      // A first page that is all there is, or that ends before what is shown begins, stands for itself.
      const fresh = !after && (!page.next || !page.items.some((i) => this.has(i.id)));
      if (fresh || !this.items) this.items = page.items;
      else this.items = merged(this.items, page.items);
      if (fresh || after || this.next === undefined) this.next = page.next ?? null;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  };

  has(id: string): boolean {
    return this.items?.some((i) => i.id === id) ?? false;
  }

  /** Takes what was told of a master that belongs to this list; one further down than what is shown waits for its page. */
  told = (asset: AssetSummary): void => {
    if (!this.items || this.deleted.has(asset.id)) return;
    const last = this.items[this.items.length - 1];
    if (this.next && last && asset.id < last.id) return;
    this.items = merged(this.items, [asset]);
  };

  /** Takes what was deleted out of the list, for good. */
  drop = (id: string): void => {
    this.deleted.add(id);
    this.items = this.items?.filter((i) => i.id !== id);
  };
}

/** Newer states of some of a list, and what it did not have; ids grow with time. */
function merged(old: AssetSummary[], fresh: AssetSummary[]): AssetSummary[] {
  const byId = new Map([...old, ...fresh].map((a) => [a.id, a]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}
