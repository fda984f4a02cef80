/** The config of a sweep as a form, where it is one that a form has room for, and the YAML that a form stands for. Pure. */
import type { SweepGoal, SweepMethod } from "@/api/types";

export const METHODS = [
  "bayes",
  "random",
  "grid",
  "tpe",
  "gp",
  "cmaes",
  "qmc",
] as const satisfies readonly SweepMethod[];
export const SPREADS = ["values", "whole", "even", "log", "fixed"] as const;
export const RULES = ["hyperband", "asha", "median"] as const;

export type Spread = (typeof SPREADS)[number];

/** A parameter as it is typed: one value or a list of them, or the least and the greatest. */
export interface ParameterForm {
  name: string;
  spread: Spread;
  values: string;
  min: string;
  max: string;
}

export interface SweepForm {
  name: string;
  method: (typeof METHODS)[number];
  metric: string;
  goal: SweepGoal;
  program: string;
  cap: string;
  rule: (typeof RULES)[number] | "";
  /** The first number of values at which runs are compared. */
  from: string;
  parameters: ParameterForm[];
}

export const EMPTY: ParameterForm = { name: "", spread: "log", values: "", min: "", max: "" };

export const START: SweepForm = {
  name: "",
  method: "bayes",
  metric: "val/loss",
  goal: "minimize",
  program: "train.py",
  cap: "50",
  rule: "",
  from: "3",
  parameters: [
    { ...EMPTY, name: "lr", min: "0.0001", max: "0.1" },
    { ...EMPTY, name: "batch_size", spread: "values", values: "32, 64, 128" },
  ],
};

export type Fault = "name" | "twice" | "number" | "order" | "positive" | "whole" | "none" | "cap" | "metric";

/** What is wrong, by the field it stands in: `cap`, `metric`, `from`, `parameters` or `0.min`. */
export function faultsOf(form: SweepForm): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  if (form.cap.trim() !== "" && !isCount(form.cap)) faults.set("cap", "cap");
  if (form.rule && !isCount(form.from)) faults.set("from", "cap");
  const searchesBy = form.method !== "grid" && form.method !== "random" && form.method !== "qmc";
  if ((searchesBy || form.rule) && form.metric.trim() === "") faults.set("metric", "metric");
  if (form.parameters.length === 0) faults.set("parameters", "none");
  const names = form.parameters.map((each) => each.name.trim());
  for (const [at, each] of form.parameters.entries()) {
    if (names[at] === "") faults.set(`${at}.name`, "name");
    else if (names.indexOf(names[at] ?? "") < at) faults.set(`${at}.name`, "twice");
    if (each.spread === "values" || each.spread === "fixed") {
      if (listOf(each.values).length === 0) faults.set(`${at}.values`, "none");
      continue;
    }
    const [min, max] = [numberOf(each.min), numberOf(each.max)];
    if (min === null) faults.set(`${at}.min`, "number");
    if (max === null) faults.set(`${at}.max`, "number");
    if (min === null || max === null) continue;
    if (each.spread === "log" && min <= 0) faults.set(`${at}.min`, "positive");
    else if (each.spread === "whole" && !Number.isInteger(min)) faults.set(`${at}.min`, "whole");
    else if (each.spread === "whole" && !Number.isInteger(max)) faults.set(`${at}.max`, "whole");
    else if (min >= max) faults.set(`${at}.max`, "order");
  }
  return faults;
}

/** The YAML of a form. */
export function yamlOf(form: SweepForm): string {
  const lines: string[] = [];
  if (form.name.trim()) lines.push(`name: ${text(form.name.trim())}`);
  if (form.program.trim()) lines.push(`program: ${text(form.program.trim())}`);
  lines.push(`method: ${form.method}`);
  if (form.metric.trim()) lines.push("metric:", `  name: ${text(form.metric.trim())}`, `  goal: ${form.goal}`);
  if (form.cap.trim()) lines.push(`run_cap: ${form.cap.trim()}`);
  if (form.rule) lines.push("early_terminate:", `  type: ${form.rule}`, `  min_iter: ${form.from.trim()}`);
  lines.push("parameters:");
  for (const { name, spread, values, min, max } of form.parameters) {
    lines.push(`  ${text(name.trim())}:`);
    if (spread === "values") lines.push(`    values: [${listOf(values).map(scalar).join(", ")}]`);
    else if (spread === "fixed") lines.push(`    value: ${scalar(listOf(values)[0] ?? "")}`);
    else {
      const write = spread === "whole" ? scalar : fraction;
      lines.push(`    distribution: ${DISTRIBUTION[spread]}`, `    min: ${write(min)}`, `    max: ${write(max)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const DISTRIBUTION = { whole: "int_uniform", even: "uniform", log: "log_uniform_values" } as const;
const KEYS = ["name", "program", "method", "metric", "run_cap", "early_terminate", "parameters"];

/** The form that stands for a config; null where the config says more than the form has room for. */
export function formOf(config: Readonly<Record<string, unknown>>): SweepForm | null {
  const metric = mapOf(config.metric ?? {});
  const rule = mapOf(config.early_terminate ?? {});
  const parameters = mapOf(config.parameters ?? {});
  if (!metric || !rule || !parameters) return null;
  const known =
    within(config, KEYS) &&
    within(metric, ["name", "goal"]) &&
    within(rule, ["type", "min_iter"]) &&
    METHODS.includes((config.method ?? "random") as never) &&
    (rule.type === undefined || RULES.includes(rule.type as never));
  const found = Object.entries(parameters).map(([name, spec]) => parameterOf(name, mapOf(spec)));
  if (!known || found.includes(null)) return null;
  return {
    name: word(config.name),
    method: (config.method ?? "random") as SweepForm["method"],
    metric: word(metric.name),
    goal: metric.goal === "maximize" ? "maximize" : "minimize",
    program: word(config.program),
    cap: word(config.run_cap),
    rule: (rule.type ?? "") as SweepForm["rule"],
    from: word(rule.min_iter ?? 3),
    parameters: found as ParameterForm[],
  };
}

function parameterOf(name: string, spec: Readonly<Record<string, unknown>> | null): ParameterForm | null {
  if (!spec) return null;
  const { distribution, values, value, min, max } = spec;
  if (within(spec, ["value"]) && isScalar(value)) return { ...EMPTY, name, spread: "fixed", values: quoted(value) };
  if (Array.isArray(values) && values.every(isScalar) && within(spec, ["values", "distribution"]))
    return distribution === undefined || distribution === "categorical"
      ? { ...EMPTY, name, spread: "values", values: values.map(quoted).join(", ") }
      : null;
  if (typeof min !== "number" || typeof max !== "number" || !within(spec, ["min", "max", "distribution"])) return null;
  const bounds = { ...EMPTY, name, min: String(min), max: String(max) };
  if (distribution === "log_uniform_values") return { ...bounds, spread: "log" };
  if (distribution === "int_uniform") return { ...bounds, spread: "whole" };
  if (distribution === "uniform") return { ...bounds, spread: "even" };
  const whole = Number.isInteger(min) && Number.isInteger(max);
  return distribution === undefined ? { ...bounds, spread: whole ? "whole" : "even" } : null;
}

function mapOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as never) : null;
}

function within(map: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return Object.keys(map).every((key) => keys.includes(key));
}

const word = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
const isCount = (typed: string): boolean => /^[1-9]\d*$/.test(typed.trim());

/** A value as it is typed in a list: a text that looks like something else stands in quotes. */
function quoted(value: unknown): string {
  return typeof value === "string" && scalar(value) !== value ? JSON.stringify(value) : String(value);
}

/** What was typed between commas; commas within quotes and brackets belong to the value. */
export function listOf(typed: string): string[] {
  const parts = typed.match(/\s*"(?:[^"\\]|\\.)*"\s*|[^,]+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function numberOf(typed: string): number | null {
  const value = Number(typed.trim());
  return typed.trim() === "" || !Number.isFinite(value) ? null : value;
}

/** A value for YAML, which reads 1e-4 as a text and 1.0e-4 as a number. */
function scalar(typed: string): string {
  const value = numberOf(typed);
  if (value === null) return /^(true|false)$/.test(typed) || /^".*"$/.test(typed) ? typed : text(typed);
  const short = String(value);
  if (!short.includes("e")) return short;
  return short.includes(".") ? short : short.replace("e", ".0e");
}

/** A bound that is no whole number, even where it looks like one: between 0.0 and 1.0 there is more than 0 and 1. */
function fraction(typed: string): string {
  const written = scalar(typed);
  return /^-?\d+$/.test(written) ? `${written}.0` : written;
}

/** A text for YAML: bare where it cannot be taken for anything else. */
function text(value: string): string {
  const bare = /^[A-Za-z_./][\w./ -]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return bare ? value : JSON.stringify(value);
}
