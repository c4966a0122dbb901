import type { AssetSummary } from '$/api/console.ts';
import type { Page } from '$/api/types.ts';

/** A list of masters kept up to date by what is told of them. */
export class Assets {
  items = $state.raw<AssetSummary[] | undefined>(undefined);
  error = $state<unknown>(null);
  next = $state<string | null | undefined>(undefined);

  constructor(private readonly read: (after?: string | null) => Promise<Page<AssetSummary>>) {}

  load = async (after?: string | null): Promise<void> => {
    try {
      const page = await this.read(after);
      this.items = after ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  };

  /** Takes what was told; an unknown master makes the list be read again. */
  told = (asset: AssetSummary): void => {
    if (!this.items) return;
    if (!this.items.some((i) => i.id === asset.id)) this.load();
    else this.items = this.items.map((i) => (i.id === asset.id ? asset : i));
  };
}
