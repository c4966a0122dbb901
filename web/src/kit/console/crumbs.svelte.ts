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
  set(next: Crumb[]): void {
    crumbs = next;
  },
};
