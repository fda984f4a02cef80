/** The columns of a table: what they are called, and what their cells are. Pure. */
import { histogramOf, isMedia, kindOf } from "@/media/value";
import { asNumber, columnDecimals } from "@/ui/numbers";
import { cellText, isEmpty, type Row, type Table } from "./table";

export type ColumnKind = "number" | "boolean" | "text" | "time" | "image" | "media" | "histogram" | "value";

export interface Column {
  /** Its name, told apart from others of the same name: what filters, sorts and the address call it. */
  id: string;
  name: string;
  place: number;
  kind: ColumnKind;
  /** Its kind in one word: `integer`, `audio`. */
  type: TypeWord;
  /** How many digits its numbers have behind the point. */
  decimals: number;
  /** In a comparison, the place of the same column of the other table. */
  other?: number;
  /** In a comparison, it is a column of the other table. */
  theirs?: boolean;
  /** It is computed here, from others. */
  computed?: boolean;
}

export const TYPE_WORDS = [
  "number",
  "integer",
  "boolean",
  "text",
  "time",
  "image",
  "audio",
  "video",
  "html",
  "histogram",
  "table",
  "trace",
  "plotly",
  "bokeh",
  "graph",
  "scene",
  "molecule",
  "file",
  "value",
  "nothing",
] as const;
export type TypeWord = (typeof TYPE_WORDS)[number];

const DECIMALS_LOOK = 200;

/** The columns of a table, in the order that it has them. */
export function columnsOf(table: Table): Column[] {
  const ids = uniqueNames(table.columns);
  return table.columns.map((name, place) => {
    const [kind, type] = kindOfColumn(table.rows, place, table.times?.includes(place) ?? false);
    const decimals =
      kind === "number"
        ? columnDecimals(table.rows.slice(0, DECIMALS_LOOK).flatMap((row) => asNumber(row[place]) ?? []))
        : 0;
    return { id: ids[place] ?? name, name, place, kind, type, decimals };
  });
}

/** Names, with a number behind those that come again; none is empty. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name, place) => {
    const base = name || `column${place + 1}`;
    let free = base;
    for (let number = 2; seen.has(free); number++) free = `${base}_${number}`;
    seen.add(free);
    return free;
  });
}

/** What all cells of a column are; of several kinds it is text where it can be told, else a value. */
function kindOfColumn(rows: readonly Row[], place: number, time: boolean): [ColumnKind, TypeWord] {
  if (time) return ["time", "time"];
  let numbers = 0;
  let whole = true;
  let booleans = 0;
  let texts = 0;
  let values = 0;
  for (const row of rows) {
    const cell = row[place];
    if (isEmpty(cell)) continue;
    if (typeof cell === "number") {
      numbers += 1;
      whole &&= Number.isInteger(cell);
    } else if (typeof cell === "boolean") booleans += 1;
    else if (typeof cell === "string") {
      if (asNumber(cell) === null) texts += 1;
      else {
        numbers += 1;
        whole = false;
      }
    } else if (isMedia(cell)) return mediaKind(cell);
    else values += 1;
  }
  if (values > 0) return ["value", "value"];
  if (texts > 0) return ["text", "text"];
  if (booleans > 0) return numbers > 0 ? ["text", "value"] : ["boolean", "boolean"];
  if (numbers > 0) return ["number", whole ? "integer" : "number"];
  return ["text", "nothing"];
}

function mediaKind(cell: { _type: string }): [ColumnKind, TypeWord] {
  if (histogramOf(cell)) return ["histogram", "histogram"];
  const kind = kindOf(cell._type);
  return [kind === "image" ? "image" : "media", kind];
}

export function isMediaColumn({ kind }: Column): boolean {
  return kind === "image" || kind === "media" || kind === "histogram";
}

const WIDTHS: Partial<Record<TypeWord, number>> = {
  image: 128,
  video: 208,
  audio: 240,
  html: 260,
  histogram: 216,
  plotly: 280,
  bokeh: 280,
  scene: 240,
  molecule: 240,
  graph: 260,
};

/** A width from the longest of its first cells. */
export function widthOf(column: Column, rows: readonly Row[], look = 100): number {
  const fixed = WIDTHS[column.type];
  if (fixed) return fixed;
  let longest = 0;
  for (const row of rows.slice(0, look)) longest = Math.max(longest, Math.min(60, cellText(row[column.place]).length));
  if (column.kind === "number") longest = Math.min(longest, 10);
  return Math.max(104, Math.min(340, 24 + Math.max(longest * 7, column.name.length * 6.6 + 34)));
}
