/** The table as it goes into papers and notes: Markdown and LaTeX; with groups, a row a group with mean ± σ. Pure. */
import type { Run } from "@/api/types";
import { fieldOf, nameOf } from "@/state/fields";
import { goalOf } from "@/state/goals";
import { groupsOf } from "@/state/groups";
import { asNumber, columnDecimals } from "@/ui/numbers";
import { plain } from "./csv";
import { spread } from "./groups";

export interface Paper {
  heads: string[];
  /** Of each column: numbers, which stand to the right. */
  numeric: boolean[];
  rows: { cells: string[]; best: boolean[] }[];
}

/** What stands in each cell; the best value of a metric, where it is known which way is better, is marked. */
export function paperOf(runs: readonly Run[], fields: readonly string[], group: string | null): Paper {
  const shown = group ? [group, ...fields.filter((field) => field !== group && field !== "name")] : [...fields];
  const sets = group
    ? groupsOf(runs, [group]).map(({ name, runs: own }) => ({ name, runs: own }))
    : runs.map((run) => ({ name: run.name, runs: [run] }));
  const values = shown.map((field) =>
    sets.map((set) => (field === group ? null : (spread(set.runs, field)?.mean ?? null))),
  );
  const numeric = shown.map(
    (field, column) =>
      field !== group &&
      values[column]!.some((value) => value !== null) &&
      runs.every((run) => {
        const value = fieldOf(run, field);
        return value === undefined || value === null || asNumber(value) !== null;
      }),
  );
  const decimals = shown.map((_, column) =>
    columnDecimals(values[column]!.filter((value): value is number => value !== null)),
  );
  const bests = shown.map((field, column) => {
    const goal = field.startsWith("summary.") && numeric[column] ? goalOf(nameOf(field), runs) : null;
    const known = values[column]!.filter((value): value is number => value !== null);
    if (!goal || known.length < 2) return null;
    return goal === "more" ? Math.max(...known) : Math.min(...known);
  });
  return {
    heads: shown.map(nameOf),
    numeric,
    rows: sets.map((set, row) => ({
      cells: shown.map((field, column) => {
        if (field === group) return set.name;
        if (!numeric[column]) {
          const texts = [...new Set(set.runs.map((run) => plain(fieldOf(run, field))))];
          return texts.length === 1 ? texts[0]! : `${texts.length} values`;
        }
        const found = spread(set.runs, field);
        if (!found) return "";
        const mean = digits(found.mean, decimals[column]!);
        return group && found.sigma !== null ? `${mean} ± ${digits(found.sigma, decimals[column]!)}` : mean;
      }),
      best: shown.map((_, column) => bests[column] !== null && values[column]![row] === bests[column]),
    })),
  };
}

function digits(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 10 ** -decimals / 2 || size >= 1e7)) return value.toExponential(2);
  return Number.isInteger(value) ? String(value) : value.toFixed(decimals);
}

export function markdownText({ heads, numeric, rows }: Paper): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[
    line(heads.map(cell)),
    line(numeric.map((right) => (right ? "---:" : "---"))),
    ...rows.map(({ cells, best }) => line(cells.map((text, at) => (best[at] ? `**${cell(text)}**` : cell(text))))),
  ].join("\n")}\n`;
}

/** For the package booktabs. */
export function latexText({ heads, numeric, rows }: Paper): string {
  const row = (cells: readonly string[]) => `  ${cells.join(" & ")} \\\\`;
  return `${[
    `\\begin{tabular}{${numeric.map((right) => (right ? "r" : "l")).join("")}}`,
    "  \\toprule",
    row(heads.map(latex)),
    "  \\midrule",
    ...rows.map(({ cells, best }) =>
      row(
        cells.map((text, at) => {
          const said = numeric[at] ? latexNumber(text) : latex(text);
          return best[at] ? `\\textbf{${said}}` : said;
        }),
      ),
    ),
    "  \\bottomrule",
    "\\end{tabular}",
  ].join("\n")}\n`;
}

const SPECIAL: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function latex(text: string): string {
  return text.replace(/[\\~^&%$#_{}]/g, (char) => SPECIAL[char] ?? `\\${char}`).replace(/\s*\n\s*/g, " ");
}

function latexNumber(text: string): string {
  if (text === "") return "--";
  return `$${text.replace("±", "\\pm").replace(/(-?[\d.]+)e([+-]?\d+)/g, (_, a: string, b: string) => `${a} \\times 10^{${Number(b)}}`)}$`;
}

/** A SELECT for the runs and columns shown, in the words of the project's SQL: its answer is the table as Parquet. */
export function sqlOf(runs: readonly Run[], fields: readonly string[], numeric: ReadonlySet<string>): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const name = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const columns = fields.map((field) => {
    const [head, ...rest] = field.split(".");
    if (rest.length === 0 || (head !== "config" && head !== "summary"))
      return field === "runtime_secs"
        ? `epoch(coalesce(finished_at, updated_at)) - epoch(created_at) as ${name(field)}`
        : name(field);
    // a key may hold dots itself: the whole of it, else the path
    const whole = `json_extract_string(${head}, ${text(`$."${rest.join(".")}"`)})`;
    const path = `json_extract_string(${head}, ${text(`$.${rest.map((part) => `"${part}"`).join(".")}`)})`;
    const value = rest.length > 1 ? `coalesce(${whole}, ${path})` : whole;
    return `${numeric.has(field) ? `try_cast(${value} as double)` : value} as ${name(field)}`;
  });
  return `select id, ${columns.join(", ")} from runs where id in (${runs.map((run) => text(run.id)).join(", ")})`;
}
