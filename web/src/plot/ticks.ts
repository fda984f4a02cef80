/** Where ticks stand and how numbers read: SI for large, exponents for tiny, one precision along an axis. */

/** A true minus, as wide as a plus. */
const minus = (text: string): string => text.replaceAll("-", "\u2212");

const SI: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** About `count` round numbers within [low, high]. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const step = roundStep((high - low) / Math.max(1, count));
  const out: number[] = [];
  const from = Math.ceil(low / step - 1e-9);
  const to = Math.floor(high / step + 1e-9);
  for (let k = from; k <= to && out.length < 100; k++) out.push(k === 0 ? 0 : tidy(k * step));
  return out;
}

/** The least of 1, 2, 5 times a power of ten that is about `rough`. */
export function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const q = rough / power;
  return (q < 1.5 ? 1 : q < 3.5 ? 2 : q < 7.5 ? 5 : 10) * power;
}

/** Ticks of a logarithmic axis: powers of ten, thinned out or filled with 2 and 5 as room asks; `minor` in between. */
export function logTicks(low: number, high: number, count: number): { major: number[]; minor: number[] } {
  const major: number[] = [];
  const minor: number[] = [];
  if (!(low > 0) || !(high > low)) return { major, minor };
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const decades = Math.log10(high) - Math.log10(low);
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const inside = (v: number) => v >= low * (1 - 1e-12) && v <= high * (1 + 1e-12);
  if (decades < 1) {
    const ticks = linearTicks(low, high, count).filter((v) => v > 0);
    return { major: ticks, minor };
  }
  const filled = decades < count / 3 ? [1, 2, 5] : decades < count / 1.6 ? [1, 3] : [1];
  for (let e = first; e <= last; e++) {
    for (let m = 1; m < 10; m++) {
      const v = tidy(m * 10 ** e);
      if (!inside(v)) continue;
      if (filled.includes(m) && (every === 1 || (m === 1 && e % every === 0))) major.push(v);
      else if (every === 1 || m === 1) minor.push(v);
    }
  }
  return { major, minor };
}

/** Units in which time is counted: a tick is a round number of one of these. */
const SECONDS: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  10800, 21600, 43200, 86400, 172800, 432000, 864000, 2592000, 8640000,
];

/** Ticks for durations in seconds. */
export function durationTicks(low: number, high: number, count: number): number[] {
  return stepped(low, high, pickStep(high - low, count), 0);
}

/** Ticks for Unix seconds, round in the local time zone. */
export function clockTicks(low: number, high: number, count: number): number[] {
  const offset = new Date(low * 1000).getTimezoneOffset() * -60;
  return stepped(low, high, pickStep(high - low, count), offset);
}

function pickStep(range: number, count: number): number {
  const rough = range / Math.max(1, count);
  for (const step of SECONDS) if (step >= rough * 0.8) return step;
  return roundStep(rough);
}

function stepped(low: number, high: number, step: number, offset: number): number[] {
  const out: number[] = [];
  if (!(high > low) || !(step > 0)) return out;
  for (let k = Math.ceil((low + offset) / step - 1e-9); k * step - offset <= high && out.length < 100; k++)
    out.push(tidy(k * step - offset));
  return out;
}

/** A writer for the numbers of one axis: all get as many digits as tell them apart. */
export function axisFormat(ticks: readonly number[]): (value: number) => string {
  const sizes = ticks.filter((v) => v !== 0).map(Math.abs);
  const most = Math.max(0, ...sizes);
  const least = sizes.length > 0 ? Math.min(...sizes) : 0;
  const step = ticks.length > 1 ? Math.min(...ticks.slice(1).map((v, i) => Math.abs(v - ticks[i]!))) : most || 1;
  if (most === 0) return () => "0";
  if (most < 1e-3 || most >= 1e15) {
    const power = 10 ** Math.floor(Math.log10(most));
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / power) - 1e-9)));
    return (v) => (v === 0 ? "0" : minus(scientific(v, most / Math.max(least, 1e-300) > 100 ? 0 : digits)));
  }
  const unit = SI.find(([size]) => most >= size && step >= size * 1e-4) ?? ([1, ""] as const);
  const digits = Math.max(0, Math.min(8, Math.ceil(-Math.log10(step / unit[0]) - 1e-9)));
  return (v) => {
    if (v === 0) return "0";
    return minus(trimZeros((v / unit[0]).toFixed(digits))) + unit[1];
  };
}

/** A writer for logarithmic axes, where each number stands for itself. */
export function logFormat(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e4) return minus(String(tidy(value)));
  if (size >= 1e4 && size < 1e15) return short(value);
  return minus(scientific(value, 0));
}

/** A number for tables and tooltips: four or five digits that matter. */
export function short(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : "\u2212\u221e";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4) return minus(scientific(value, Math.min(2, digits - 1)));
  if (size < 1e5) {
    if (Number.isInteger(value)) return minus(String(value));
    return minus(trimZeros(value.toPrecision(Math.max(digits, Math.floor(Math.log10(size)) + 1))));
  }
  for (const [unit, letter] of SI)
    if (size >= unit && size < 1e15) return minus(trimZeros((value / unit).toPrecision(digits))) + letter;
  return minus(scientific(value, 2));
}

/** A whole number with its thousands apart. */
export function whole(value: number): string {
  return minus(Math.round(value).toLocaleString("en-US"));
}

/** A duration in two units at most: `14h 06m`, `3m 20s`, `0.42s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const sign = seconds < 0 ? "\u2212" : "";
  const s = Math.abs(seconds);
  if (s === 0) return "0s";
  if (s < 10) return `${sign}${trimZeros(s.toFixed(s < 1 ? 2 : 1))}s`;
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  if (s < 59.5) return `${sign}${Math.round(s)}s`;
  if (s < 3600) return `${sign}${Math.floor(s / 60)}m ${two(s % 60)}s`;
  if (s < 86400) return `${sign}${Math.floor(s / 3600)}h ${two((s % 3600) / 60)}m`;
  return `${sign}${Math.floor(s / 86400)}d ${two((s % 86400) / 3600)}h`;
}

/** A duration on an axis, in the one unit its step asks for. */
export function durationFormat(ticks: readonly number[]): (value: number) => string {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : (ticks[0] ?? 1);
  return (v) => {
    if (v === 0) return "0";
    if (step >= 86400) return `${trimZeros((v / 86400).toFixed(1))}d`;
    if (step >= 3600) return `${trimZeros((v / 3600).toFixed(1))}h`;
    if (step >= 60) return v >= 3600 ? duration(v) : `${trimZeros((v / 60).toFixed(1))}m`;
    return v >= 60 ? duration(v) : `${trimZeros(v.toFixed(3))}s`;
  };
}

/** Clock times on an axis; days where the step is a day. */
export function clockFormat(ticks: readonly number[]): (value: number) => string {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 1;
  const two = (n: number) => String(n).padStart(2, "0");
  return (v) => {
    const d = new Date(v * 1000);
    if (step >= 86400 || (d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0 && step >= 60))
      return `${two(d.getMonth() + 1)}-${two(d.getDate())}`;
    if (step >= 60) return `${two(d.getHours())}:${two(d.getMinutes())}`;
    return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  };
}

function scientific(value: number, digits: number): string {
  return value.toExponential(digits).replace("e+", "e");
}

function trimZeros(text: string): string {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

/** Takes the dust of binary fractions away: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
