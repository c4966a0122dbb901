import { navigate, route } from '$/router/index.svelte.ts';

/** The order of a table of this page, kept in the address under `name`. */
export const orderOf = (name: string): string => route.query.get(name) ?? '';

export function putInOrder(name: string, by: string): void {
  const query = route.query;
  if (by) query.set(name, by);
  else query.delete(name);
  navigate(route.path + (query.size ? `?${query}` : ''), { replace: true });
}
