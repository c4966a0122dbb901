/** Episodes in pages of 30, the last one taking a short rest along: 62 → 1–30, 31–62. */
export function pages(count: number, size = 30): [from: number, to: number][] {
  const list: [number, number][] = [];
  for (let from = 1; from <= count; from += size) list.push([from, Math.min(count, from + size - 1)]);
  const last = list[list.length - 1];
  const before = list[list.length - 2];
  if (last && before && last[1] - last[0] + 1 <= 5) {
    before[1] = last[1];
    list.pop();
  }
  return list;
}
