import type { AssetSummary } from '$/api/console.ts';
import { consoleLive } from '$/api/console-live.ts';

/** Tells of every change of a master, and of those deleted, while the page looks; `poll` asks for what was missed. */
export function followAssets(
  changed: (asset: AssetSummary) => void,
  poll: () => unknown,
  deleted: (id: string) => void = () => {},
): () => void {
  return consoleLive({ asset: changed, asset_deleted: ({ id }) => deleted(id), poll });
}
