/** What a sweep comes to in a terminal or a script: the command of an agent, and what begins one of its runs again. Pure. */
import type { Sweep, SweepRun } from "@/api/types";

type Address = Pick<Sweep, "entity" | "project" | "id">;

export function agentLine({ entity, project, id }: Address): string {
  return `gnomon agent ${entity}/${project}/${id}`;
}

/** What a run was given, as the maps it lies in: `net.width` is the `width` of `net`. */
export function nested(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const parts = name.split(".");
    const last = parts.pop() ?? name;
    let at = root;
    for (const part of parts) {
      const inner = at[part];
      const next = (typeof inner === "object" && inner !== null ? inner : {}) as Record<string, unknown>;
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return root;
}

/**
 * What begins a run with the same parameters: the program as an agent calls it, or the call of `init` where the agent
 * called a function or the config has a command of its own.
 */
export function again(sweep: Sweep, config: string, run: Pick<SweepRun, "params">): string {
  const given = nested(run.params);
  if (sweep.program && !/^command\s*:/m.test(config)) {
    const args = Object.entries(given).map(([name, value]) => shellWord(`--${name}=${plain(value)}`));
    return [`python ${shellWord(sweep.program)}`, ...args].join(" \\\n  ");
  }
  return `gnomon.init(project="${sweep.project}", config=${python(given)})`;
}

/** As Python prints it on a command line. */
function plain(value: unknown): string {
  return typeof value === "string" ? value : python(value);
}

/** The value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, item]) => `${JSON.stringify(name)}: ${python(item)}`)
      .join(", ")}}`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
