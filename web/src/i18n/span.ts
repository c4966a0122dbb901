/** From one to another, such as ages or times of day: "8-12" is written 8–12. */
export function span(both: string): string {
  return both.replace('-', '–');
}
