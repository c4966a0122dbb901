import { describe, expect, it } from 'vitest';
import { type Column, csv, everyPage, sorted, turned } from './table.ts';

interface Row {
  name: string;
  size?: number | null;
}
const columns: Column<Row>[] = [
  { key: 'name', label: 'Name', value: (r) => r.name },
  { key: 'size', label: 'Size, MB', value: (r) => r.size },
];
const rows: Row[] = [{ name: '10.mp4', size: 9 }, { name: '2.mp4' }, { name: '1.mp4', size: 10 }];
const names = (list: readonly Row[]) => list.map((r) => r.name);

describe('sorted', () => {
  it('reads numbers in names as people do', () => {
    expect(names(sorted(rows, columns, 'name'))).toEqual(['1.mp4', '2.mp4', '10.mp4']);
  });
  it('keeps empty cells last both ways', () => {
    expect(names(sorted(rows, columns, 'size'))).toEqual(['10.mp4', '1.mp4', '2.mp4']);
    expect(names(sorted(rows, columns, '-size'))).toEqual(['1.mp4', '10.mp4', '2.mp4']);
  });
  it('leaves the rows as they came where nothing that is known is named', () => {
    expect(sorted(rows, columns, '')).toBe(rows);
    expect(sorted(rows, columns, '-colour')).toBe(rows);
  });
});

it('goes up, down and back to how the rows came', () => {
  expect(turned('', 'name')).toBe('name');
  expect(turned('name', 'name')).toBe('-name');
  expect(turned('-name', 'name')).toBe('');
  expect(turned('-size', 'name')).toBe('name');
});

describe('csv', () => {
  const file = (name: string, size?: number) => csv([{ name, size }], columns).split('\r\n')[1];

  it('begins with the mark of UTF-8 and the heads, and ends every line', () => {
    expect(csv([{ name: '灯', size: 3 }], columns)).toBe('\uFEFFName,"Size, MB"\r\n灯,3\r\n');
  });
  it('quotes what would end a cell', () => {
    expect(file('a "b", c\nd')).toBe('"a ""b"", c\nd",');
  });
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1'])('makes no formula of %j', (text) => {
    expect(file(text)?.replace(/^"/, '')).toMatch(/^'/);
  });
  it('leaves figures figures', () => {
    expect(file('a', -3.5)).toBe('a,-3.5');
  });
});

it('reads a list to its end', async () => {
  const pages: Record<string, { items: number[]; next?: string }> = {
    '': { items: [1, 2], next: 'b' },
    b: { items: [], next: 'c' },
    c: { items: [3] },
  };
  expect(await everyPage(async (after) => pages[after ?? ''] ?? { items: [] })).toEqual([1, 2, 3]);
});
