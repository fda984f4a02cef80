/** The table as it goes into papers and notes: Markdown and LaTeX; with groups, a row a group with mean ± σ. Pure. */
import type { Numbers, Run } from "@/api/types";
import { fieldOf, nameOf } from "@/state/fields";
import { wordsOf } from "@/state/groups";
import { plain } from "@/ui/csv";
import { asNumber, columnDecimals } from "@/ui/numbers";
import { column } from "./columns";
import type { Goal } from "./heat";
import type { GroupNode } from "./tree";

/** A row of the table: what it has in a field, as a number where it is one. */
export interface PaperRow {
  number: (field: string) => { mean: number; sigma: number | null } | null;
  text: (field: string) => string;
}

export const runRow = (run: Run): PaperRow => ({
  number: (field) => {
    const value = column(field).kind === "run" ? run[field as keyof Run] : fieldOf(run, field);
    const mean = asNumber(value);
    return mean === null ? null : { mean, sigma: null };
  },
  text: (field) => plain(fieldOf(run, field)),
});

/** How many runs a group has; a column of its own in tables of groups. */
export const COUNT = "n";

export const groupRow = (group: GroupNode): PaperRow => ({
  number: (field) => {
    if (field === COUNT) return { mean: group.runs, sigma: null };
    const numbers = group.numbers.get(field);
    return numbers && numbers.n > 0 && numbers.mean !== null ? { mean: numbers.mean, sigma: numbers.std } : null;
  },
  text: (field) => {
    const own = group.path.find((each) => each.field === field);
    if (own) return wordsOf(own.value);
    const shared = group.shared.get(field);
    return shared === undefined ? "" : plain(shared);
  },
});

/** The columns of a table of groups: what makes them, how many runs they have, what can be said of many. */
export function groupFields(by: readonly string[], fields: readonly string[]): string[] {
  const said = fields.filter((field) => column(field).kind !== "run" && field !== "trend" && !by.includes(field));
  return [...by, COUNT, ...said];
}

export interface Paper {
  heads: string[];
  /** Of each column: numbers, which stand to the right. */
  numeric: boolean[];
  rows: { cells: string[]; best: boolean[] }[];
}

/** What stands in each cell; the best value of a metric, where it is known which way is better, is marked. */
export function paperOf(
  rows: readonly PaperRow[],
  fields: readonly string[],
  goalOf: (field: string) => Goal | null,
): Paper {
  const values = fields.map((field) => rows.map((row) => row.number(field)));
  const numeric = fields.map((field, at) =>
    rows.every((row, place) => values[at]![place] !== null || row.text(field) === ""),
  );
  numeric.forEach((yes, at) => {
    numeric[at] = yes && values[at]!.some((value) => value !== null);
  });
  const known = values.map((all) => all.flatMap((value) => (value && Number.isFinite(value.mean) ? [value.mean] : [])));
  const decimals = known.map((means) => columnDecimals(means));
  const best = fields.map((field, at) => {
    const goal = numeric[at] ? goalOf(field) : null;
    if (!goal || known[at]!.length < 2) return null;
    return goal === "more" ? Math.max(...known[at]!) : Math.min(...known[at]!);
  });
  return {
    heads: fields.map(nameOf),
    numeric,
    rows: rows.map((row, place) => ({
      cells: fields.map((field, at) => {
        if (!numeric[at]) return row.text(field);
        const value = values[at]![place];
        if (!value) return "";
        const mean = digits(value.mean, decimals[at]!);
        return value.sigma === null ? mean : `${mean} ± ${digits(value.sigma, decimals[at]!)}`;
      }),
      best: fields.map((_, at) => best[at] !== null && values[at]![place]?.mean === best[at]),
    })),
  };
}

function digits(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
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
          // bold text does not reach into mathematics
          return best[at] ? (numeric[at] ? `{\\boldmath ${said}}` : `\\textbf{${said}}`) : said;
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
  if (!/^-?\d/.test(text)) return text === "NaN" ? "NaN" : `$${text.replace("Infinity", "\\infty")}$`;
  return `$${text.replace("±", "\\pm").replace(/(-?[\d.]+)e([+-]?\d+)/g, (_, a: string, b: string) => `${a} \\times 10^{${Number(b)}}`)}$`;
}

/** Groups as a spreadsheet wants them: mean, deviation and number of runs in columns of their own. */
export function groupsTable(
  groups: readonly GroupNode[],
  by: readonly string[],
  fields: readonly string[],
): { heads: string[]; rows: unknown[][] } {
  const said = groupFields(by, fields).slice(by.length + 1);
  const numeric = said.filter((field) => groups.some((group) => (group.numbers.get(field)?.n ?? 0) > 0));
  const spoken = said.filter((field) => !numeric.includes(field));
  const of = (numbers: Numbers | undefined) => [numbers?.mean ?? null, numbers?.std ?? null, numbers?.n ?? 0];
  return {
    heads: [...by, "runs", ...numeric.flatMap((field) => [`${field} mean`, `${field} std`, `${field} n`]), ...spoken],
    rows: groups.map((group) => [
      ...group.path.map((each) => each.value ?? null),
      group.runs,
      ...numeric.flatMap((field) => of(group.numbers.get(field))),
      ...spoken.map((field) => group.shared.get(field) ?? null),
    ]),
  };
}

/**
 * A SELECT for the columns shown, in the words of the project's SQL: its answer is the table as Parquet. `whole` says that
 * the runs are all there are; else, and for what the tables of a project do not have, each run is named.
 */
export function sqlOf(
  runs: readonly Run[],
  fields: readonly string[],
  numeric: ReadonlySet<string>,
  whole = false,
): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const name = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const far = fields.filter((field) => column(field).value !== "last");
  const columns = fields.map((field) => {
    const [head, ...rest] = field.split(".");
    if (far.includes(field)) return `seen.${name(field)}`;
    if (rest.length === 0 || (head !== "config" && head !== "summary"))
      return field === "runtime_secs"
        ? `epoch(coalesce(finished_at, updated_at)) - epoch(created_at) as ${name(field)}`
        : `runs.${name(field)}`;
    // a key may hold dots itself: the whole of it, else the path
    const whole = `json_extract_string(${head}, ${text(`$."${rest.join(".")}"`)})`;
    const path = `json_extract_string(${head}, ${text(`$.${rest.map((part) => `"${part}"`).join(".")}`)})`;
    const value = rest.length > 1 ? `coalesce(${whole}, ${path})` : whole;
    return `${numeric.has(field) ? `try_cast(${value} as double)` : value} as ${name(field)}`;
  });
  if (whole && far.length === 0) return `select runs.id, ${columns.join(", ")} from runs order by runs.created_at desc`;
  const seen = runs.map((run, place) => {
    const extents = far.map((field) => {
      const value = asNumber(fieldOf(run, field));
      return value === null ? "null::double" : `${text(String(value))}::double`;
    });
    return `(${[text(run.id), place, ...extents].join(", ")})`;
  });
  const names = ["id", "place", ...far].map(name).join(", ");
  return `select runs.id, ${columns.join(", ")} from runs join (values ${seen.join(", ")}) as seen(${names}) on runs.id = seen.id order by seen.place`;
}
