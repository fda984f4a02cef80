import { expect, test } from "vitest";
import type { Run } from "@/api/types";
import { PLAIN_RUNS } from "@/state/view";
import { cellOf, condition, fieldOf, headOf, searchOf, usualColumns } from "./runs";

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

test("cells are short", () => {
  expect([7.42, 0.11894, 1e-4, 12_840, 3_400_000, 0, -2, "NaN", "adam", null].map((v) => cellOf(v).text)).toEqual([
    "7.42",
    "0.1189",
    "1e−4",
    "12.8k",
    "3.4M",
    "0",
    "−2",
    "NaN",
    "adam",
    "",
  ]);
  expect(cellOf("NaN").odd).toBe(true);
  expect(headOf("summary.val/fid")).toBe("val/fid");
  expect(headOf("summary.validation/accuracy")).toBe("accuracy");
});

test("the columns shown by themselves are a result of validation and the setting most often turned", () => {
  expect(usualColumns(["opt.lr"], ["val/acc"], [run])).toEqual(["summary.val/acc", "config.opt.lr"]);
  expect(usualColumns([], [], [run])).toEqual([]);
});

test("conditions are written in the server's language", () => {
  expect(condition("config.lr", "<", "0.1")).toBe("config.lr < 0.1");
  expect(condition("state", "=", "running")).toBe('state = "running"');
  expect(condition("summary.a b", ">", "1e-3")).toBe("`summary.a b` > 1e-3");
  expect(condition("tags", "exists", "")).toBe("tags exists");
});
