import { expect, it } from "vitest";
import type { Numbers, Run } from "@/api/types";
import { groupFields, groupRow, groupsTable, latexText, markdownText, paperOf, runRow, sqlOf } from "./papers";
import type { GroupNode } from "./tree";

const run = (id: string, arch: string, loss: number | string, extents: Record<string, number> = {}) =>
  ({
    id,
    name: `r_${id}`,
    config: { arch },
    summary: { "val/loss": loss },
    tags: [],
    rules: [],
    extents,
  }) as unknown as Run;
const runs = [run("1", "a|b", 0.5), run("2", "a|b", 0.25), run("3", "c", 1)];
const fields = ["name", "config.arch", "summary.val/loss"];
const less = (field: string) => (field.includes("loss") ? ("less" as const) : null);

const numbers = (mean: number, std: number | null, n: number): Numbers => ({
  n,
  mean,
  min: mean,
  max: mean,
  std,
  nan: 0,
  pos_inf: 0,
  neg_inf: 0,
});
const group = (value: string, loss: Numbers): GroupNode => ({
  id: value,
  path: [{ field: "config.arch", value }],
  name: value,
  token: "--r1",
  runs: loss.n,
  inner: [],
  numbers: new Map([["summary.val/loss", loss]]),
  shared: new Map<string, unknown>([["config.data", "land"]]),
  states: new Map(),
  filter: { type: "every", parts: [] },
});
const groups = [group("a|b", numbers(0.375, 0.1768, 2)), group("c", numbers(1, null, 1))];

it("a table of runs goes into Markdown with the best value marked", () => {
  expect(markdownText(paperOf(runs.map(runRow), fields, less))).toBe(
    [
      "| name | arch | val/loss |",
      "| --- | --- | ---: |",
      "| r_1 | a\\|b | 0.50 |",
      "| r_2 | a\\|b | **0.25** |",
      "| r_3 | c | 1 |",
      "",
    ].join("\n"),
  );
});

it("what is no number is not called the best", () => {
  const odd = paperOf([...runs, run("4", "d", "NaN")].map(runRow), ["summary.val/loss"], less);
  expect(odd.rows.map((row) => row.best[0])).toEqual([false, true, false, false]);
  expect(latexText(odd)).toContain("  NaN \\\\");
});

it("with groups it is a row a group, mean ± σ and how many, in LaTeX too", () => {
  const shown = groupFields(["config.arch"], ["name", "state", "trend", "config.data", "summary.val/loss"]);
  expect(latexText(paperOf(groups.map(groupRow), shown, less))).toBe(
    [
      "\\begin{tabular}{lrlr}",
      "  \\toprule",
      "  arch & n & data & val/loss \\\\",
      "  \\midrule",
      "  a|b & $2$ & land & {\\boldmath $0.375 \\pm 0.177$} \\\\",
      "  c & $1$ & land & $1$ \\\\",
      "  \\bottomrule",
      "\\end{tabular}",
      "",
    ].join("\n"),
  );
});

it("groups for a spreadsheet have mean, deviation and number in columns of their own", () => {
  expect(groupsTable(groups, ["config.arch"], ["summary.val/loss", "config.data"])).toEqual({
    heads: [
      "config.arch",
      "runs",
      "summary.val/loss mean",
      "summary.val/loss std",
      "summary.val/loss n",
      "config.data",
    ],
    rows: [
      ["a|b", 2, 0.375, 0.1768, 2, "land"],
      ["c", 1, 1, null, 1, "land"],
    ],
  });
});

it("SQL names what it asks for, and nothing in a name or an id gets out of its quotes", () => {
  const asked = [run("o'k", "a", 1, { "min.loss": 0.5 })];
  const sql = sqlOf(asked, ["name", "config.a.b", 'summary.q"uote', "min.loss"], new Set(["config.a.b"]));
  expect(sql).toContain(`try_cast(coalesce(json_extract_string(config, '$."a.b"'),`);
  expect(sql).toContain(`"summary.q""uote"`);
  expect(sql).toContain(`(values ('o''k', 0, '0.5'::double)) as seen("id", "place", "min.loss")`);
});

it("words keep what LaTeX would take for its own", () => {
  const odd = { ...run("1", "50% a_b", 1), name: "x^2 & \\y" } as Run;
  expect(latexText(paperOf([runRow(odd)], fields, less))).toContain(
    "x\\textasciicircum{}2 \\& \\textbackslash{}y & 50\\% a\\_b & $1$",
  );
});
