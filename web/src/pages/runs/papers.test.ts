import { expect, it } from "vitest";
import type { Run } from "@/api/types";
import { latexText, markdownText, paperOf, sqlOf } from "./papers";

const run = (id: string, arch: string, loss: number) =>
  ({ id, name: `r_${id}`, config: { arch }, summary: { "val/loss": loss }, tags: [], rules: [] }) as unknown as Run;
const runs = [run("1", "a|b", 0.5), run("2", "a|b", 0.25), run("3", "c", 1)];
const fields = ["name", "config.arch", "summary.val/loss"];

it("a table of runs goes into Markdown with the best value marked", () => {
  expect(markdownText(paperOf(runs, fields, null))).toBe(
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

it("with groups it is a row a group, mean ± σ, in LaTeX too", () => {
  expect(latexText(paperOf(runs, fields, "config.arch"))).toBe(
    [
      "\\begin{tabular}{lr}",
      "  \\toprule",
      "  arch & val/loss \\\\",
      "  \\midrule",
      "  a|b & \\textbf{$0.375 \\pm 0.177$} \\\\",
      "  c & $1$ \\\\",
      "  \\bottomrule",
      "\\end{tabular}",
      "",
    ].join("\n"),
  );
});

it("words keep what LaTeX would take for its own", () => {
  const odd = { ...run("1", "50% a_b", 1), name: "x^2 & \\y" } as Run;
  expect(latexText(paperOf([odd], fields, null))).toContain(
    "x\\textasciicircum{}2 \\& \\textbackslash{}y & 50\\% a\\_b & $1$",
  );
});

it("the columns shown are asked for in SQL, quoted", () => {
  expect(sqlOf([runs[0]!], ["name", "summary.val/loss", "config.it's.x"], new Set(["summary.val/loss"]))).toBe(
    `select id, "name", try_cast(json_extract_string(summary, '$."val/loss"') as double) as "summary.val/loss", ` +
      `coalesce(json_extract_string(config, '$."it''s.x"'), json_extract_string(config, '$."it''s"."x"')) as "config.it's.x" ` +
      `from runs where id in ('1')`,
  );
});
