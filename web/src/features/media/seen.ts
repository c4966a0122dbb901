/** Brings a panel into view when it shows something else: on a narrow window it stands above the list. */
export function seen(panel: HTMLElement, _what: string) {
  return {
    update: () => panel.scrollIntoView({ block: 'nearest' }),
  };
}
