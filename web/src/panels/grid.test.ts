import { expect, test } from "vitest";
import type { PanelDef } from "@/state/layout";
import { packed, pageOf, pageWith } from "./grid";

const panel = (id: string, columns = 1, rows = 1): PanelDef => ({
  id,
  kind: "line",
  title: "",
  config: {},
  size: { columns, rows },
  settings: {},
});
const many = (n: number) => Array.from({ length: n }, (_, at) => panel(`p${at}`));

test("panels stand in turn, none over another, none over the edge", () => {
  let seed = 5;
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 60; round++) {
    const columns = 1 + Math.floor(next() * 6);
    const panels = Array.from({ length: 20 }, (_, at) =>
      panel(`p${at}`, 1 + Math.floor(next() * 6), 1 + Math.floor(next() * 3)),
    );
    const { cells, rows } = packed(panels, columns);
    const taken = new Set<string>();
    let last = -1;
    for (const cell of cells) {
      expect(cell.column + cell.columns).toBeLessThanOrEqual(columns);
      expect(cell.row + cell.rows).toBeLessThanOrEqual(rows);
      expect(cell.row * columns + cell.column).toBeGreaterThan(last);
      last = cell.row * columns + cell.column;
      for (let x = cell.column; x < cell.column + cell.columns; x++)
        for (let y = cell.row; y < cell.row + cell.rows; y++) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
    }
  }
  expect(packed([], 3)).toEqual({ cells: [], rows: 0 });
});

test("a large panel takes its cells, and small ones go on beside it", () => {
  const { cells, rows } = packed([panel("a", 2, 2), panel("b"), panel("c"), panel("d")], 3);
  expect(cells.map((cell) => [cell.column, cell.row])).toEqual([
    [0, 0],
    [2, 0],
    [2, 1],
    [0, 2],
  ]);
  expect(rows).toBe(3);
});

test("many panels come in pages, each panel on one of them", () => {
  const panels = many(400);
  const { pages, first, last } = pageOf(panels, 3, 0, 0);
  expect([pages, first, last]).toEqual([14, 1, 30]);
  const seen = Array.from({ length: pages }, (_, page) => pageOf(panels, 3, 0, page).panels).flat();
  expect(seen).toEqual(panels);
  expect(pageOf(panels, 3, 0, 999)).toMatchObject({ page: 13, last: 400 });
  expect(pageWith(panels, 3, 0, "p31")).toBe(1);
});

test("few are on one page; with rows a page as many as fill them", () => {
  expect(pageOf(many(32), 3, 0, 0).pages).toBe(1);
  expect(pageOf(many(7), 3, 1, 0)).toMatchObject({ pages: 3, first: 1, last: 3 });
  expect(pageOf(many(0), 3, 1, 4)).toMatchObject({ page: 0, pages: 1, panels: [] });
});
