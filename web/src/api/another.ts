/**
 * This device becomes another viewer's: by a code, by signing in, or because somebody else watches now. Whoever keeps
 * something of the viewer says here how to drop it.
 */
const drops = new Set<() => void>();

export function whenAnother(drop: () => void): void {
  drops.add(drop);
}

export function dropAll(): void {
  for (const drop of drops) drop();
}
