/** The plain part of a Plotly figure as a figure of our own; null for what goes beyond it. Pure. */
import { asNumber, oneLine } from "@/ui/numbers";
import { binned, type Figure, type XySeries } from "./figure";

type Value = Record<string, unknown>;

export function plotlyFigure(file: unknown): Figure | null {
  const { data, layout } = value(file);
  if (!Array.isArray(data) || data.length === 0) return null;
  const traces = data.map(value);
  const title = titleOf(value(layout).title);
  const xTitle = titleOf(value(value(layout).xaxis).title);
  const yTitle = titleOf(value(value(layout).yaxis).title);
  const types = new Set(traces.map((trace) => (typeof trace.type === "string" ? trace.type : "scatter")));
  if (types.size !== 1) return null;
  const colour = (place: number) => `var(--r${(place % 20) + 1})`;
  const name = (trace: Value, place: number) => (typeof trace.name === "string" ? trace.name : `${place + 1}`);
  switch ([...types][0]) {
    case "scatter":
    case "scattergl": {
      const series = traces.map((trace, place): XySeries | null => {
        const y = numbers(trace.y);
        const x = trace.x === undefined ? y?.map((_, at) => at) : numbers(trace.x);
        if (!x || !y) return null;
        const mode = typeof trace.mode === "string" ? trace.mode : "lines";
        return {
          name: name(trace, place),
          colour: colour(place),
          mark: mode.includes("lines") ? "line" : "points",
          x,
          y,
        };
      });
      if (series.some((each) => each === null)) return null;
      return { kind: "xy", title, xTitle, yTitle, series: series as XySeries[] };
    }
    case "bar": {
      const across = traces.some((trace) => trace.orientation === "h");
      const labels = [...new Set(traces.flatMap((trace) => texts(across ? trace.y : trace.x)))];
      const bars = labels.map((label) => ({
        label,
        values: traces.map((trace) => {
          const at = texts(across ? trace.y : trace.x).indexOf(label);
          return at < 0 ? Number.NaN : (numbers(across ? trace.x : trace.y)?.[at] ?? Number.NaN);
        }),
      }));
      const series = traces.map((trace, place) => ({ name: name(trace, place), colour: colour(place) }));
      return labels.length === 0 ? null : { kind: "bars", title, valueTitle: across ? xTitle : yTitle, series, bars };
    }
    case "histogram": {
      const layers = traces.flatMap((trace, place) => {
        const values = numbers(trace.x);
        return values ? [{ name: name(trace, place), colour: colour(place), ...binned(values, 30) }] : [];
      });
      return layers.length === 0 ? null : { kind: "histogram", title, valueTitle: xTitle, layers };
    }
    case "heatmap": {
      const [trace] = traces;
      const cells = Array.isArray(trace?.z) ? trace.z.map((row) => numbers(row) ?? []) : packedRows(trace?.z);
      if (cells.length === 0) return null;
      const rows = texts(trace?.y);
      const columns = texts(trace?.x);
      return {
        kind: "matrix",
        title,
        rowTitle: yTitle,
        columnTitle: xTitle,
        rows: rows.length === cells.length ? rows : cells.map((_, at) => String(at)),
        columns: columns.length > 0 ? columns : (cells[0] ?? []).map((_, at) => String(at)),
        cells,
      };
    }
    default:
      return null;
  }
}

function titleOf(title: unknown): string {
  const text = typeof title === "string" ? title : value(title).text;
  return typeof text === "string" ? text.replace(/<[^>]*>/g, "") : "";
}

/** Numbers of a list, or of the packed form newer versions write: base64 of a typed array. */
function numbers(list: unknown): number[] | null {
  if (Array.isArray(list)) {
    const out = list.map((each) => (each === null ? Number.NaN : asNumber(each)));
    return out.every((each) => each !== null) ? (out as number[]) : null;
  }
  const { dtype, bdata } = value(list);
  return typeof dtype === "string" && typeof bdata === "string" ? unpacked(dtype, bdata) : null;
}

const ARRAYS: Record<string, (buffer: ArrayBuffer) => ArrayLike<number>> = {
  f8: (buffer) => new Float64Array(buffer),
  f4: (buffer) => new Float32Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  i1: (buffer) => new Int8Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
};

function unpacked(dtype: string, text: string): number[] | null {
  const make = ARRAYS[dtype.replace(/^[<|]/, "")];
  if (!make) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from(make(bytes.buffer));
}

/** The rows of a packed list that says its shape, as `8, 8`. */
function packedRows(list: unknown): number[][] {
  const all = numbers(list);
  const [rows = 0, columns = 0] = String(value(list).shape ?? "")
    .split(",")
    .map(Number);
  if (!all || rows * columns !== all.length) return [];
  return Array.from({ length: rows }, (_, row) => all.slice(row * columns, (row + 1) * columns));
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.map(oneLine) : [];
}

function value(raw: unknown): Value {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Value) : {};
}
