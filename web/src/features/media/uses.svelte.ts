import type { Use } from '$/api/console.ts';

/** Which episodes show the masters of a list. Each is asked about once per state: it is given to an episode on its way. */
export class Uses {
  of = $state.raw<ReadonlyMap<string, Use[]>>(new Map());
  private readonly asked = new Set<string>();

  constructor(private readonly read: (assets: string[]) => Promise<{ items: Use[] }>) {}

  ask = async (masters: { id: string; state: string }[]): Promise<void> => {
    const key = (m: { id: string; state: string }) => `${m.id} ${m.state}`;
    const fresh = masters.filter((m) => !this.asked.has(key(m)));
    if (fresh.length === 0) return;
    for (const m of fresh) this.asked.add(key(m));
    try {
      const { items } = await this.read(fresh.map((m) => m.id));
      const of = new Map(this.of);
      for (const m of fresh)
        of.set(
          m.id,
          items.filter((use) => use.asset_id === m.id),
        );
      this.of = of;
    } catch {
      for (const m of fresh) this.asked.delete(key(m)); // the names of the files stay
    }
  };
}
