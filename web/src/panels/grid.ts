/** Where the panels of a section stand in its grid: pure. */
import type { PanelDef } from "@/state/layout";

export interface Cell {
  def: PanelDef;
  /** From zero. */
  column: number;
  row: number;
  columns: number;
  rows: number;
}

export interface Packed {
  cells: readonly Cell[];
  rows: number;
}

/** Each panel in turn at the first place where it fits after the one before; small ones fill no earlier holes. */
export function packed(panels: readonly PanelDef[], columns: number): Packed {
  const cells: Cell[] = [];
  // how far down each column is filled
  const filled: number[] = Array<number>(columns).fill(0);
  let column = 0;
  let row = 0;
  for (const def of panels) {
    const wide = Math.min(columns, def.size.columns);
    const tall = def.size.rows;
    while (true) {
      if (column + wide > columns) {
        column = 0;
        row += 1;
      } else if (filled.slice(column, column + wide).every((end) => end <= row)) break;
      else column += 1;
    }
    cells.push({ def, column, row, columns: wide, rows: tall });
    filled.fill(row + tall, column, column + wide);
    column += wide;
  }
  return { cells, rows: Math.max(0, ...filled) };
}

/** More rows than this are shown a page at a time. */
const MOST_ROWS = 10;

export interface Page {
  panels: readonly PanelDef[];
  /** From zero. */
  page: number;
  pages: number;
  /** Number of the first and the last panel on it, from one. */
  first: number;
  last: number;
}

/** A page of a section: as many panels as fill `rows` rows, or as suit where that is 0. */
export function pageOf(panels: readonly PanelDef[], columns: number, rows: number, wanted: number): Page {
  const most = rows || MOST_ROWS;
  const cells = panels.map((def) => Math.min(columns, def.size.columns) * def.size.rows);
  const starts = [0];
  let room = columns * most;
  let left = room;
  cells.forEach((cost, place) => {
    if (cost > left && left < room) {
      starts.push(place);
      left = room;
    }
    left -= cost;
  });
  // one row more than a page is no reason for a second
  if (rows === 0 && starts.length === 2 && panels.length - starts[1]! <= columns) starts.pop();
  room = starts.length;
  const page = Math.min(room - 1, Math.max(0, wanted));
  const first = starts[page]!;
  const last = starts[page + 1] ?? panels.length;
  return { panels: panels.slice(first, last), page, pages: room, first: first + 1, last };
}

/** The page a panel is on. */
export function pageWith(panels: readonly PanelDef[], columns: number, rows: number, panel: string): number {
  const { pages } = pageOf(panels, columns, rows, 0);
  for (let page = 0; page < pages; page++)
    if (pageOf(panels, columns, rows, page).panels.some((def) => def.id === panel)) return page;
  return 0;
}
