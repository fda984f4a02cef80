/** Numbers as people read them: short, tabular, never false. The minus is a real minus. */
import { locale } from "./text";

const MINUS = "−";

function minus(text: string): string {
  return text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`).replace("e+", "e");
}

const formats = new Map<string, Intl.NumberFormat>();

/** With the separators of the language, and so many decimals; what writes them is kept, as making it takes long. */
function written(value: number, decimals?: number): string {
  const key = `${locale()} ${decimals ?? ""}`;
  let format = formats.get(key);
  if (!format) {
    const digits = decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    format = new Intl.NumberFormat(locale(), digits);
    formats.set(key, format);
  }
  return format.format(value);
}

/** A number the server sends as a word, because JSON has none for it. */
export function asNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  return null;
}

/** A value of a metric in about `digits` significant digits: 0.1194, 12,840, 3.42e−5, NaN, ∞. */
export function number(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return minus(written(value));
  if (size >= 1e7 || size < 1e-3) return minus(shortExponent(value, digits));
  if (size >= 10 ** digits) return minus(written(Math.round(value)));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(decimals, 6)));
}

function shortExponent(value: number, digits: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(Math.max(0, digits - 2)).split("e");
  const trimmed = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${trimmed}e${exponent}`;
}

const UNITS = ["", "k", "M", "G", "T", "P"];

/** A count or a size in at most four characters and a letter: 940, 18.4k, 3.4M. */
export function si(value: number): string {
  if (!Number.isFinite(value)) return number(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return number(value, 3);
  let power = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && power < UNITS.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const text = power === 0 && Number.isInteger(scaled) ? String(scaled) : String(Number(scaled.toPrecision(3)));
  return minus(text) + UNITS[power];
}

/** A whole number with the separators of the language. */
export function count(value: number): string {
  return written(value);
}

/** Bytes in powers of 1,000, as disks and networks are sold: 812 B, 1.3 kB, 2.7 GB. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return number(value);
  if (Math.abs(value) < 1000) return `${Math.round(value)} B`;
  let scaled = value;
  let power = 0;
  while (Math.abs(scaled) >= 999.5 && power < 5) {
    scaled /= 1000;
    power += 1;
  }
  return `${Number(scaled.toPrecision(3))} ${["", "k", "M", "G", "T", "P"][power]}B`;
}

/** A number as a person would have written it: all of it when it is short, otherwise in five digits. */
function asWritten(value: number): string {
  const whole = String(value);
  return Number.isFinite(value) && whole.length <= 8 ? minus(whole) : number(value, 5);
}

/** What a media value is, in short: its kind, how many there are, its size. */
function mediaWords(value: Record<string, unknown>): string {
  const { _type: type, count: many, width, height } = value;
  const size = typeof width === "number" && typeof height === "number" ? ` ${width}×${height}` : "";
  return `${typeof many === "number" ? `${many} × ` : ""}${String(type)}${size}`;
}

/** Any logged or configured value on one line. */
export function oneLine(value: unknown): string {
  const numeric = asNumber(value);
  if (numeric !== null) return asWritten(numeric);
  if (value === null || value === undefined) return "—";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return value;
  if (typeof value === "object" && "_type" in value) return mediaWords(value as Record<string, unknown>);
  return JSON.stringify(value);
}

/** How many decimals a column needs so that its numbers align on the point, at most `most`. */
export function columnDecimals(values: Iterable<number>, most = 5): number {
  let decimals = 0;
  for (const value of values) {
    if (decimals === most) break;
    if (!Number.isFinite(value) || Number.isInteger(value)) continue;
    const size = Math.abs(value);
    if (size < 1e-3 || size >= 1e5) continue;
    const wanted = Math.min(most, Math.max(1, 3 - Math.floor(Math.log10(size))));
    decimals = Math.max(decimals, decimalsIn(String(Number(size.toFixed(wanted)))));
  }
  return decimals;
}

function decimalsIn(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

/** A number of a column without digits nobody gave it, and what stands unseen after it so that the points align. */
export function aligned(value: number, decimals: number): { text: string; pad: string } {
  const text = inColumn(value, decimals);
  if (decimals === 0 || !Number.isFinite(value) || text.includes("e")) return { text, pad: "" };
  const own = /\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
  const has = decimalsIn(own);
  return { text: own, pad: (has === 0 ? "." : "") + "0".repeat(Math.max(0, decimals - has)) };
}

/** A number of a column with `decimals`; too small or too large ones take an exponent. */
export function inColumn(value: number, decimals: number): string {
  if (!Number.isFinite(value) || value === 0) return number(value);
  const size = Math.abs(value);
  if (size < 10 ** -decimals / 2 || size < 1e-4 || size >= 1e7) return number(value, 4);
  if (Number.isInteger(value)) return minus(written(value));
  return minus(written(value, decimals));
}
