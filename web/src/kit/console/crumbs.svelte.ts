/** Where one is: the page tells, the top bar shows. The last crumb is the page itself. */
export interface Crumb {
  name: string;
  href?: string;
}

let crumbs = $state.raw<Crumb[]>([]);

export const trail = {
  get crumbs() {
    return crumbs;
  },
  /** What has no name yet, as while it is loaded, is left out. */
  set(next: Crumb[]): void {
    crumbs = next.filter((c) => c.name);
  },
};
