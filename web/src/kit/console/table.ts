import type { Page } from '$/api/types.ts';
import { locale } from '$/i18n/locale.svelte.ts';

/** What a cell holds before it is written for people; a moment is its ISO text. */
export type Cell = string | number | null | undefined;

/** A column as its head, the order of its rows and the exported file know it. */
export interface Column<T> {
  /** Its name in the address. */
  key: string;
  label: string;
  value: (row: T) => Cell;
  /** Figures stand at the end of the cell. */
  figures?: boolean;
  /** Shown below another column: only the file has it as one of its own. */
  fileOnly?: boolean;
}

/** Rows by the column that `by` names, `-` before it for the last first. Empty cells come last either way. */
export function sorted<T>(rows: readonly T[], columns: Column<T>[], by: string): readonly T[] {
  const down = by.startsWith('-');
  const column = columns.find((c) => c.key === (down ? by.slice(1) : by));
  if (!column) return rows;
  const words = new Intl.Collator(locale(), { numeric: true });
  const compare = (a: Cell, b: Cell) => {
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b));
    return down ? -order : order;
  };
  return rows
    .map((row) => ({ row, cell: column.value(row) }))
    .sort((a, b) => compare(a.cell, b.cell))
    .map(({ row }) => row);
}

/** What a click on the head of a column makes of the order: up, down, and as it came. */
export function turned(by: string, key: string): string {
  return by === key ? `-${key}` : by === `-${key}` ? '' : key;
}

/** Rows as a file a spreadsheet opens: with the mark that makes Excel read UTF-8, and without formulas. */
export function csv<T>(rows: readonly T[], columns: Column<T>[]): string {
  const lines = [columns.map((c) => c.label), ...rows.map((row) => columns.map((c) => c.value(row)))];
  return `\uFEFF${lines.map((cells) => `${cells.map(written).join(',')}\r\n`).join('')}`;
}

/** Words that a spreadsheet would reckon with get an apostrophe; a figure stays one. */
function written(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = (cell ?? '').replace(/^(?=\s*[=+\-@＝＋－＠])/, "'");
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All rows of a list, page by page. */
export async function everyPage<T>(read: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let next: string | undefined;
  do {
    const page = await read(next);
    rows.push(...page.items);
    next = page.next;
  } while (next);
  return rows;
}

const empty = (cell: Cell) => cell === null || cell === undefined || cell === '';
