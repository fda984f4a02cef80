import { describe, expect, it } from "vitest";
import { boxFiles, classesOf, classesPath } from "./boxes";
import { columnsOf, uniqueNames } from "./columns";
import { alike, compared, joinedByKey, likelyKey, withoutSame } from "./comparing";
import { compile, ExpressionError, nearest } from "./expression";
import { binsOf, countsOf, factsOf } from "./facts";
import { type Filter, filtersFrom, filtersTo, testOf } from "./filters";
import { linesOf, sorted, spreadOf } from "./groups";
import { arranged, keptRows, lookFrom, lookTo, movedBefore, PLAIN, pressed, withComputed } from "./look";
import { groundOf } from "./paint";
import { blockOf, stepped } from "./selection";
import { compareCells, joined, type Table, tableOf, withTimes } from "./table";
import { madeOf } from "./useArtifactTable";
import { versionAt } from "./useVersions";

const image = { _type: "image-file", path: "x.png", sha256: "a" };
const cases: Table = {
  columns: ["id", "loss", "label", "ok", "img"],
  rows: [
    [1, 0.5, "cat", true, image],
    [2, "NaN", "dog", false, null],
    [3, 2, "cat", null, image],
    [4, null, "a10", true, image],
    [5, 1, "a9", true, image],
  ],
};
const columns = columnsOf(cases);
const all = [0, 1, 2, 3, 4];

function fault(text: string): ExpressionError {
  try {
    compile(text, columns);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
  }
  throw new Error(`${text} can be read`);
}

function kept(look: Partial<typeof PLAIN>): number[] {
  return keptRows(cases, columns, { ...PLAIN, ...look }, look.where ? compile(look.where, columns) : null);
}

describe("a file", () => {
  it("is a table where it has columns and rows", () => {
    expect(tableOf({ columns: ["a"], data: [[1]] })).toEqual({ columns: ["a"], rows: [[1]] });
    expect(tableOf({ columns: [] })).toBeNull();
  });

  it("logged in parts is one, without parts of other columns", () => {
    const part = (...rows: unknown[][]) => ({ columns: ["a", "b"], rows });
    expect(joined([part([1, 2]), { columns: ["a"], rows: [[0]] }, part([3, 4], [5, 6])])).toEqual({
      table: part([1, 2], [3, 4], [5, 6]),
      leftOut: 1,
    });
    expect(joined([])).toBeNull();
  });

  it("says what it is made of where it has no rows of its own", () => {
    expect(madeOf({ table1: "a", table2: "b", join_key: ["x", "y"] })).toEqual({
      tables: ["a", "b"],
      keys: ["x", "y"],
      folder: "",
    });
    expect(madeOf({ parts_path: "parts/" })).toEqual({ tables: null, keys: [], folder: "parts/" });
  });

  it("shows the numbers of a column of times as times", () => {
    const time = { wb_type: "union", params: { allowed_types: [{ wb_type: "none" }, { wb_type: "timestamp" }] } };
    const found = tableOf({
      columns: ["at", "n"],
      column_types: { wb_type: "typedDict", params: { type_map: { at: time, n: { wb_type: "number" } } } },
      data: [
        [1704067200000, 1704067200000],
        [1704067200500, 2],
        [null, 3],
      ],
    });
    expect(found && withTimes(found).rows).toEqual([
      ["2024-01-01 00:00:00", 1704067200000],
      ["2024-01-01 00:00:00.500", 2],
      [null, 3],
    ]);
  });
});

describe("columns", () => {
  it("are what all of their cells are", () => {
    expect(columns.map(({ kind, type }) => `${kind} ${type}`)).toEqual([
      "number integer",
      "number number",
      "text text",
      "boolean boolean",
      "image image",
    ]);
    expect(
      columnsOf({
        columns: ["a", "b"],
        rows: [
          [1, {}],
          ["x", 1],
        ],
      }).map(({ kind }) => kind),
    ).toEqual(["text", "value"]);
  });

  it("of one name are told apart", () => {
    expect(uniqueNames(["a", "a", "", "a_2"])).toEqual(["a", "a_2", "column3", "a_2_2"]);
  });

  it("are told at a glance: bins of numbers, usual values, empty cells, NaN", () => {
    const loss = factsOf(columns[1]!, cases.rows);
    expect([loss.filled, loss.empty, loss.odd, loss.min, loss.max]).toEqual([4, 1, 1, 0.5, 2]);
    expect(loss.bins?.counts.reduce((a, b) => a + b)).toBe(3);
    const label = factsOf(columns[2]!, cases.rows);
    expect(label.top[0]).toEqual({ text: "cat", count: 2 });
    expect(label.distinct).toBe(4);
    expect(countsOf(2, cases.rows.slice(1), ["cat", "dog"])).toEqual([1, 1]);
    expect(binsOf(0, cases.rows, 3, 3).counts).toEqual([1]);
  });

  it("are moved, pinned and hidden", () => {
    const names = (look: object) => arranged(columns, { ...PLAIN, ...look }).map(({ id }) => id);
    expect(names({ hidden: ["ok"], pinned: ["img"] })).toEqual(["img", "id", "loss", "label"]);
    expect(names({ order: movedBefore(columns, "label", "id") })).toEqual(["label", "id", "loss", "ok", "img"]);
    expect(movedBefore(columns, "id", null).at(-1)).toBe("id");
  });

  it("are computed from others, one from the one before it", () => {
    const made = withComputed(cases, [
      { name: "twice", expression: "id * 2" },
      { name: "more", expression: "twice + 1" },
      { name: "bad", expression: "nope" },
    ]);
    expect(made.table.rows[1]?.slice(-2)).toEqual([4, 5]);
    expect(made.columns.filter((column) => column.computed).map(({ id }) => id)).toEqual(["twice", "more"]);
    expect(made.wrong.bad).toBeInstanceOf(ExpressionError);
  });
});

describe("rows", () => {
  it("are sorted by several columns as people count, with empty cells last either way", () => {
    const by = (...sorts: [string, boolean][]) =>
      sorted(
        all,
        cases.rows,
        sorts.map(([column, descending]) => ({ column, descending })),
        columns,
      );
    expect(by(["loss", false])).toEqual([0, 4, 2, 1, 3]);
    expect(by(["loss", true])).toEqual([1, 2, 4, 0, 3]);
    expect(by(["label", false])).toEqual([4, 3, 0, 2, 1]);
    expect(by(["label", false], ["id", true]).slice(2, 4)).toEqual([2, 0]);
  });

  it("lie as their cells compare, two and two, whatever these are", () => {
    const kinds: unknown[][] = [
      [3, null, "NaN", 2.5, "Infinity", -1, 2.5, undefined, "-Infinity", 0],
      ["b10", "b9", "", null, "a 1", "a 01", "B9", "b9", "ä", "z"],
      [true, false, null, true, false, false, true, null, true, false],
      [[1, 2], { a: 1 }, [1, 10], null, [1, 2], { a: 0 }, "x", "[1,2]", {}, []],
    ];
    for (const cells of kinds) {
      const rows = cells.map((cell) => [cell]);
      const column = columnsOf({ columns: ["c"], rows });
      for (const descending of [false, true]) {
        const order = sorted([...rows.keys()], rows, [{ column: "c", descending }], column);
        expect([...order].sort((a, b) => a - b)).toEqual([...rows.keys()]);
        for (let at = 1; at < order.length; at += 1) {
          const [a = 0, b = 0] = [order[at - 1], order[at]];
          const [x, y] = [cells[a], cells[b]];
          const [none, other] = [x ?? null, y ?? null].map((cell) => cell === null);
          if (none || other) expect(none && !other).toBe(false);
          else {
            const by = compareCells(x, y) * (descending ? -1 : 1);
            expect(by < 0 || (by === 0 && a < b)).toBe(true);
          }
        }
      }
    }
  });

  it("are left by search, filters and an expression together", () => {
    expect(kept({ search: "CAT" })).toEqual([0, 2]);
    expect(kept({ filters: [{ column: "loss", op: "range", low: 0.6, high: null }] })).toEqual([2, 4]);
    expect(kept({ filters: [{ column: "label", op: "in", values: ["dog", "a9"] }] })).toEqual([1, 4]);
    expect(kept({ filters: [{ column: "ok", op: "empty" }] })).toEqual([2]);
    expect(kept({ filters: [{ column: "label", op: "matches", pattern: "^a\\d+$" }], where: "id > 4" })).toEqual([4]);
    expect(kept({ filters: [{ column: "gone", op: "empty" }] })).toEqual(all);
    expect(testOf({ column: "label", op: "matches", pattern: "(" }, columns)).toBeNull();
  });

  it("stand in groups with how their numbers lie, and below them where they are open", () => {
    const lines = linesOf(all, cases.rows, [columns[2]!], (key) => key === "cat");
    expect(lines.map((line) => (line.kind === "group" ? `${line.key} ${line.rows.length}` : line.row))).toEqual([
      "cat 2",
      0,
      2,
      "dog 1",
      "a10 1",
      "a9 1",
    ]);
    expect(spreadOf([0, 2], cases.rows, 1)).toEqual({ count: 2, mean: 1.25, min: 0.5, max: 2 });
    expect(spreadOf([1, 3], cases.rows, 1)).toBeNull();
    const two = linesOf(all, cases.rows, [columns[2]!, columns[3]!], () => true);
    expect(two.filter((line) => line.kind === "group" && line.depth === 1)).toHaveLength(5);
  });
});

describe("an expression", () => {
  const value = (text: string, row = 0) => compile(text, columns)(cases.rows[row]!);

  it("computes and compares as one reads it", () => {
    expect(value("1 + 2 * id - 4 / 2")).toBe(1);
    expect(value("(1 + 2) * -id")).toBe(-3);
    expect(value("loss < 0.6 and not ok = false or label = 'x'")).toBe(true);
    expect(value('label in ("cat", "dog") and id not in (2, 3)')).toBe(true);
    expect(value('label contains "CA"')).toBe(true);
    expect(value('label not matches "^c"')).toBe(false);
    expect(value("round(loss * 10, 1)")).toBe(5);
    expect(value("if(id > 3, 'late', 'early')")).toBe("early");
    expect(value("upper(label) + '!'")).toBe("CAT!");
    expect(value("LABEL")).toBe("cat");
    expect(value("`loss` = 0.5")).toBe(true);
  });

  it("finds nothing in an empty cell but that it is empty", () => {
    expect(value("loss > 0", 3)).toBe(false);
    expect(value("loss <= 0", 3)).toBe(false);
    expect(value("loss = null", 3)).toBe(true);
    expect(value("loss + 1", 3)).toBeNull();
    expect(value("loss > 0", 1)).toBe(false);
  });

  it("says where it cannot be read, why, and what may have been meant", () => {
    const told = (text: string) => {
      const { fault: kind, at, what, near } = fault(text);
      return [kind, at, what, near];
    };
    expect(told("id > 1 and los < 2")).toEqual(["column", 11, "los", "loss"]);
    expect(told("sqr(id)")).toEqual(["function", 0, "sqr", "sqrt"]);
    expect(told("id >")).toEqual(["end", 4, "", ""]);
    expect(told("id > 1 id")).toEqual(["unexpected", 7, "id", ""]);
    expect(told("label = 'x")).toEqual(["quote", 8, "'", ""]);
    expect(told("(id > 1")).toEqual(["bracket", 0, "(", ""]);
    expect(told("id # 1")).toEqual(["letter", 3, "#", ""]);
    expect(told("round()")).toEqual(["arguments", 0, "round", "1"]);
    expect(told('label matches "("')).toEqual(["pattern", 14, "(", ""]);
    expect(nearest("zzzz", ["loss"])).toBe("");
  });
});

describe("the address", () => {
  it("holds all of a look, whatever the names and values are", () => {
    const filters: Filter[] = [
      { column: "a;b~c", op: "in", values: ["x|y", "z,%"] },
      { column: "loss", op: "range", low: -1.5, high: null },
      { column: "t", op: "has", text: "a~b" },
      { column: "t2", op: "matches", pattern: "^(a|b);$" },
      { column: "e", op: "empty" },
    ];
    expect(filtersFrom(filtersTo(filters))).toEqual(filters);
    const look = {
      ...PLAIN,
      search: "x",
      where: "a > 1",
      filters,
      sorts: [
        { column: "-a,b", descending: true },
        { column: "c", descending: false },
      ],
      groups: ["a,b"],
      hidden: ["h"],
      order: ["o", "p"],
      pinned: ["q"],
      computed: [{ name: "n;", expression: "a ~ b" }],
      height: "high" as const,
      paint: "bars" as const,
      row: 7,
    };
    expect(lookFrom(lookTo(look))).toEqual(look);
    expect(lookFrom({})).toEqual(PLAIN);
    expect(Object.values(lookTo(PLAIN)).every((value) => value === undefined)).toBe(true);
  });

  it("sorts up, down and not at all by clicks, and by several columns with Shift", () => {
    const up = pressed([], "a", false);
    const down = pressed(up, "a", false);
    expect([up, down, pressed(down, "a", false)]).toEqual([
      [{ column: "a", descending: false }],
      [{ column: "a", descending: true }],
      [],
    ]);
    expect(pressed(down, "b", true)).toEqual([...down, { column: "b", descending: false }]);
    expect(pressed([...down, ...pressed([], "b", false)], "a", true)).toEqual([{ column: "b", descending: false }]);
  });
});

describe("a comparison", () => {
  const table = (...rows: unknown[][]): Table => ({ columns: ["id", "loss", "img"], rows });
  const now = table([1, 0.5, image], [2, 0.25, image], [4, 1, null]);
  const then = table([2, 0.75, image], [1, 0.5, image], [3, 9, null]);

  it("matches rows by a key, and tells what came, went and changed", () => {
    const found = compared(now, then, "id");
    expect(found.table.columns).toEqual(["change", "id", "loss", "u.loss", "img", "u.img"]);
    expect(found.table.rows.map((row) => row.slice(0, 4))).toEqual([
      ["same", 1, 0.5, 0.5],
      ["changed", 2, 0.25, 0.75],
      ["added", 4, 1, null],
      ["removed", 3, null, 9],
    ]);
    expect(found.counts).toEqual({ same: 1, changed: 1, added: 1, removed: 1 });
    expect([...found.pairs]).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(withoutSame(found).table.columns).toEqual(["change", "id", "loss", "u.loss"]);
  });

  it("matches rows by their number where there is no key, and repeated keys in their order", () => {
    expect(compared(now, then, null).counts).toEqual({ same: 0, changed: 3, added: 0, removed: 0 });
    const twice = compared(table([1, 1, null], [1, 2, null]), table([1, 1, null], [1, 3, null]), "id");
    expect([twice.counts.same, twice.counts.changed, twice.repeated]).toEqual([1, 1, 1]);
  });

  it("finds the column that tells rows apart", () => {
    expect(likelyKey(now, then)).toBe("id");
    expect(likelyKey(table([1, 1, null], [1, 2, null]), then)).toBeNull();
  });

  it("knows cells that say the same: NaN, media of the same bytes", () => {
    expect(alike("NaN", Number.NaN)).toBe(true);
    expect(alike(image, { ...image, path: "y.png" })).toBe(true);
    expect(alike(image, { ...image, sha256: "b" })).toBe(false);
    expect(alike(null, undefined)).toBe(true);
    expect(alike(0, null)).toBe(false);
  });

  it("of a joined table stands side by side, with rows that only one side has", () => {
    const found = joinedByKey(
      now,
      {
        columns: ["key", "name"],
        rows: [
          [2, "b"],
          [9, "z"],
        ],
      },
      ["id", "key"],
    );
    expect(found.columns).toEqual(["id = key", "0.loss", "0.img", "1.name"]);
    expect(found.rows.map(([key, , , name]) => [key, name])).toEqual([
      [1, null],
      [2, "b"],
      [4, null],
      [9, "z"],
    ]);
  });

  it("takes the version of a step, or the last before it", () => {
    const list = [0, 100, 200].map((step) => ({ step, value: step }));
    expect([null, 150, 200, -1].map((step) => versionAt(list, step)?.step)).toEqual([200, 100, 200, 0]);
    expect(versionAt([], 3)).toBeNull();
  });
});

describe("cells", () => {
  it("have boxes in themselves, and the names of their classes in a file", () => {
    const cell = { boxes: { found: [{ class_id: 1 }], kept: { path: "b.json" } }, classes: { path: "c.json" } };
    expect(boxFiles(cell)).toEqual({ found: [{ class_id: 1 }] });
    expect(boxFiles({ boxes: null })).toEqual({});
    expect([classesPath(cell), classesPath(null)]).toEqual(["c.json", null]);
    expect(classesOf({ class_set: [{ id: 1, name: "cat" }, { id: 2 }] })).toEqual({ 1: "cat", 2: "2" });
    expect(classesOf(undefined)).toEqual({});
  });

  it("are walked over by keys without leaving the table", () => {
    const at = { line: 5, column: 1 };
    expect(stepped(at, "ArrowUp", true, 10, 3, 4)).toEqual({ line: 0, column: 1 });
    expect(stepped(at, "PageDown", false, 10, 3, 8)).toEqual({ line: 9, column: 1 });
    expect(stepped(at, "End", false, 10, 3, 8)).toEqual({ line: 5, column: 2 });
    expect(stepped(at, "x", false, 10, 3, 8)).toBeNull();
    expect(blockOf({ from: { line: 5, column: 2 }, to: at })).toEqual({ top: 5, bottom: 5, left: 1, right: 2 });
  });

  it("have a ground by where their number lies; bars begin at zero", () => {
    const span = () => [-1, 1] as const;
    const ground = groundOf("bars", columns[1]!, 1, span);
    expect(ground.backgroundImage).toContain("transparent 50%, var(--tb-bar) 50%, var(--tb-bar) 100%");
    expect(groundOf("heat", columns[1]!, "NaN", span)).toEqual({});
    expect(groundOf("heat", columns[2]!, "cat", span)).toEqual({});
  });
});
