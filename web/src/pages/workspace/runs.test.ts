import { expect, test } from "vitest";
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { PLAIN_RUNS } from "@/state/view";
import {
  cellOf,
  condition,
  decimalsOf,
  headOf,
  roomFor,
  searchOf,
  tableAddress,
  usualColumns,
  withPinned,
} from "./runs";

const run = {
  name: "a",
  config: { opt: { lr: 0.1 }, "a.b": 2 },
  summary: { "val/acc": 0.9, best: { acc: 1 } },
} as unknown as Run;

test("plain text is searched as text, an expression as one, a half-typed one as text", () => {
  expect(searchOf({ ...PLAIN_RUNS, search: "dit-l2" }).filter).toMatchObject({ op: "contains", value: "dit-l2" });
  expect(searchOf({ ...PLAIN_RUNS, search: "^dit|uvit" }).filter).toMatchObject({
    op: "matches",
    value: "(?i)^dit|uvit",
  });
  expect(searchOf({ ...PLAIN_RUNS, search: "dit(" }).filter).toMatchObject({ op: "contains", value: "dit(" });
  expect(searchOf({ ...PLAIN_RUNS, filters: ["a = 1 or b = 2", "c = 3"] }).query).toBe("(a = 1 or b = 2) and (c = 3)");
});

test("fields are read by dotted path, also where keys hold dots themselves", () => {
  expect(fieldOf(run, "config.opt.lr")).toBe(0.1);
  expect(fieldOf(run, "config.a.b")).toBe(2);
  expect(fieldOf(run, "summary.val/acc")).toBe(0.9);
  expect(fieldOf(run, "summary.best.acc")).toBe(1);
  expect(fieldOf(run, "name")).toBe("a");
  expect(fieldOf(run, "config.nothing.here")).toBeUndefined();
});

test("cells are short, and the numbers of a column have the same decimals", () => {
  const texts = (values: unknown[]) => {
    const runs = values.map((value) => ({ config: {}, summary: { v: value } }) as unknown as Run);
    const decimals = decimalsOf(runs, "summary.v");
    return values.map((value) => {
      const { text, pad } = cellOf(value, decimals);
      return text + pad.replace(/0/g, "_");
    });
  };
  expect(texts([0.9312, 0.94, 0.88999])).toEqual(["0.9312", "0.94__", "0.89__"]);
  expect(texts([7.42, 10.7, "NaN", null])).toEqual(["7.42", "10.7_", "NaN", ""]);
  expect(texts([0.1, 0.25])).toEqual(["0.1_", "0.25"]);
  expect(texts([12, 256, -2])).toEqual(["12", "256", "\u22122"]);
  expect(texts([1e-4, 12_840, 3_400_000, 0, "adam"])).toEqual(["1e\u22124", "12.8k", "3.4M", "0", "adam"]);
  expect(cellOf("NaN", 2).odd).toBe(true);
  expect(headOf("summary.val/fid")).toBe("val/fid");
  expect(headOf("summary.validation/accuracy")).toBe("accuracy");
  expect(headOf("summary.val/accuracy.max")).toBe("accuracy max");
});

test("the columns shown by themselves are a result of validation and the setting most often turned", () => {
  expect(usualColumns([run])).toEqual(["summary.val/acc", "config.opt.lr"]);
  expect(usualColumns([{ ...run, config: { lr: "auto" }, summary: {} }])).toEqual([]);
  expect(usualColumns([])).toEqual([]);
});

test("conditions are written in the server's language", () => {
  expect(condition("config.lr", "<", "0.1")).toBe("config.lr < 0.1");
  expect(condition("state", "=", "running")).toBe('state = "running"');
  expect(condition("summary.a b", ">", "1e-3")).toBe("`summary.a b` > 1e-3");
  expect(condition("tags", "exists", "")).toBe("tags exists");
});

test("pinned runs stand first, as fresh as the list has them", () => {
  const run = (id: string, notes = "") => ({ id, notes }) as unknown as Run;
  expect(
    withPinned([run("c", "old"), run("x")], [run("a"), run("c", "new")]).map((each) => each.id + each.notes),
  ).toEqual(["cnew", "x", "a"]);
});

test("as many columns are shown as there is room for, one at least", () => {
  const columns = ["summary.loss", "config.lr", "config.seed"];
  expect(roomFor(columns, 312)).toEqual(["summary.loss", "config.lr"]);
  expect(roomFor(columns, 640)).toEqual(columns);
  expect(roomFor(columns, 180)).toEqual(["summary.loss"]);
});

test("the table is asked for the runs of the list", () => {
  const view = { ...PLAIN_RUNS, search: "^dit", filters: ["config.lr < 0.1", "state = running"], group: ["config.a"] };
  expect(tableAddress(view)).toEqual({
    q: '(name matches "(?i)^dit") and ((config.lr < 0.1) and (state = running))',
    sort: undefined,
    group: "config.a",
    base: undefined,
  });
  expect(tableAddress({ ...PLAIN_RUNS, sort: { field: "summary.loss", descending: true } }).sort).toBe("-summary.loss");
});
