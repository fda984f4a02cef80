/**
 * Specs of Vega and Vega-Lite with the holes the official client leaves in them: `${field:x}` and `${string:title}`.
 * Pure. Rows come in as the data set `wandb`, with `name`, `id` and `color` of their run beside their own columns.
 */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Spec = { [name: string]: Json };

export interface Holes {
  fields: string[];
  strings: string[];
}

const HOLE = /\$\{(field|string):([^}]+)\}/g;

/** What a spec leaves open, each once, in order. A hole may name what stands there by itself: `${string:title:Loss}`. */
export function holesOf(text: string): Holes {
  const out: Holes = { fields: [], strings: [] };
  for (const [, kind, inner = ""] of text.matchAll(HOLE)) {
    const list = kind === "field" ? out.fields : out.strings;
    const name = inner.split(":")[0]!.trim();
    if (!list.includes(name)) list.push(name);
  }
  return out;
}

/** The spec with its holes filled; what is wrong with it is thrown as an `Error` that says so. */
export function filledSpec(
  text: string,
  fields: Readonly<Record<string, string>>,
  strings: Readonly<Record<string, string>>,
): Spec {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new Error("a spec is a JSON object");
  const walk = (value: Json): Json => {
    if (typeof value === "string") return fill(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [fill(name), walk(each)]));
    return value;
  };
  const fill = (text: string) =>
    text.replace(HOLE, (_whole, kind: string, inner: string) => {
      const [name = "", ...otherwise] = inner.split(":");
      if (kind === "string") return strings[name.trim()] ?? otherwise.join(":");
      // Vega reads a dot or a bracket in a field as a path; a logged key is one name
      return (fields[name.trim()] || otherwise.join(":") || name.trim()).replace(/[.[\]]/g, "\\$&");
    });
  return walk(parsed as Json) as Spec;
}

/** Whether it is Vega-Lite: what its `$schema` says, else whether it has a mark or is put together of such. */
export function isLite(spec: Spec): boolean {
  if (typeof spec.$schema === "string") return spec.$schema.includes("vega-lite");
  return ["mark", "layer", "hconcat", "vconcat", "concat", "facet", "repeat", "spec"].some(
    (name) => name in spec && !Array.isArray(spec.marks),
  );
}

export type Datum = Record<string, unknown>;

/** The spec with its rows: put where it asks for the data set `wandb`, or where it names no data at all. */
export function withRows(spec: Spec, rows: readonly Datum[], lite: boolean): Spec {
  const values = rows as unknown as Json;
  if (lite) {
    const { data } = spec;
    const named = typeof data === "object" && data !== null && !Array.isArray(data) ? data : null;
    const own = named !== null && ("values" in named || "sequence" in named || "url" in named);
    return own ? spec : { ...spec, data: { ...(named ?? {}), name: "wandb", values } };
  }
  const list = Array.isArray(spec.data) ? spec.data : [];
  const has = list.some((each) => isObject(each) && each.name === "wandb");
  const put = list.map((each) => {
    if (!isObject(each) || each.name !== "wandb") return each;
    const { url: _address, ...rest } = each;
    return { ...rest, values };
  });
  return { ...spec, data: has ? put : [{ name: "wandb", values }, ...put] };
}

/** Colours of runs: a scale whose range is `{"field": "color"}` is given each run's own, by name. */
export function withColours(spec: Spec, rows: readonly Datum[]): Spec {
  const byName = new Map(rows.map((row) => [String(row.name), String(row.color)]));
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const { scale } = value;
    if (isObject(scale) && isObject(scale.range) && scale.range.field === "color")
      return { ...value, scale: { ...scale, domain: [...byName.keys()], range: [...byName.values()] } };
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, name === "values" ? each : walk(each)]),
    );
  };
  return walk(spec) as Spec;
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Columns that a Vega-Lite spec draws and no row has; what its transforms make is there. */
export function missingColumns(spec: Spec, columns: readonly string[]): string[] {
  const asked = new Set<string>();
  const made = new Set<string>();
  let own = false;
  const walk = (value: Json, name: string): void => {
    if (Array.isArray(value)) {
      if (name === "as" || name === "fold") for (const each of value) if (typeof each === "string") made.add(each);
      for (const each of value) walk(each, name);
      return;
    }
    if (!isObject(value)) return;
    // rows of its own, or places that are filled in by a repeat
    if (name === "data" && ("values" in value || "sequence" in value)) own = true;
    if (name === "repeat" || "repeat" in value) own = true;
    for (const [inner, each] of Object.entries(value)) {
      if (inner === "as" && typeof each === "string") made.add(each);
      if (inner === "field" && typeof each === "string" && name !== "range") asked.add(each);
      walk(each, inner);
    }
  };
  walk(spec, "");
  if (own || columns.length === 0) return [];
  if ("transform" in spec && JSON.stringify(spec.transform).includes('"fold"'))
    for (const each of ["key", "value"]) made.add(each);
  const has = new Set([...columns, ...made]);
  return [...asked].filter((field) => !has.has(field.replace(/\\([.[\]])/g, "$1")));
}
