/** The commands that run it again: same code, same changes, same packages, same command. Pure. */
import type { Run } from "@/api/types";
import type { Machine } from "../machine";

export interface Recipe {
  /** The commands in their order, by what they do; some are missing where nothing is known. */
  steps: { what: "code" | "changes" | "packages" | "run"; commands: string[] }[];
  /** Where the code comes from. */
  from: "git" | "saved" | "nowhere";
}

export interface Kept {
  /** What the run saved: `diff.patch`, `requirements.txt`, files under `code/`. */
  patch: boolean;
  requirements: boolean;
  code: boolean;
}

export function recipeOf(
  run: Pick<Run, "entity" | "project" | "id" | "metadata">,
  machine: Machine,
  kept: Kept,
): Recipe {
  const path = `${run.entity}/${run.project}/${run.id}`;
  const pull = (like: string) => `gnomon pull ${quoted(path)} --root run --like ${quoted(like)}`;
  const steps: Recipe["steps"] = [];
  const git = machine.remote !== null && machine.commit !== null;
  if (git) {
    const folder = folderOf(machine.remote ?? "");
    steps.push({
      what: "code",
      commands: [
        `git clone ${quoted(machine.remote ?? "")}`,
        `cd ${quoted(folder)}`,
        `git checkout ${machine.commit ?? ""}`,
      ],
    });
    if (kept.patch) steps.push({ what: "changes", commands: [pull("diff.patch"), "git apply run/diff.patch"] });
  } else if (kept.code) steps.push({ what: "code", commands: [pull("code/%"), "cd run/code"] });
  if (kept.requirements) {
    const there = git || !kept.code ? "run/" : "../";
    const fetch =
      git || !kept.code ? pull("requirements.txt") : `gnomon pull ${quoted(path)} --root .. --like requirements.txt`;
    steps.push({ what: "packages", commands: [fetch, `pip install -r ${there}requirements.txt`] });
  }
  if (machine.command) {
    const inner = git ? within(machine.directory, text(run.metadata.root)) : null;
    steps.push({ what: "run", commands: [...(inner ? [`cd ${quoted(inner)}`] : []), machine.command] });
  }
  return { steps, from: git ? "git" : kept.code ? "saved" : "nowhere" };
}

/** The name of the folder that cloning makes. */
function folderOf(remote: string): string {
  return (
    remote
      .replace(/\/+$/, "")
      .replace(/\.git$/, "")
      .split(/[/:]/)
      .at(-1) || "code"
  );
}

/** Where in the repository the command was given; null at its top or outside. */
function within(directory: string | null, root: string | null): string | null {
  if (!directory || !root || !directory.startsWith(`${root}/`)) return null;
  return directory.slice(root.length + 1) || null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value ? value.replace(/\/+$/, "") : null;
}

function quoted(part: string): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}

export interface Package {
  name: string;
  version: string;
}

/** The packages of a requirements file, in its order; lines that name none are left out. */
export function packagesOf(requirements: string): Package[] {
  return requirements.split("\n").flatMap((line) => {
    const found = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:===?\s*([^\s;#]+)|@\s*(\S+))?/.exec(line);
    return found?.[1] ? [{ name: found[1], version: found[2] ?? found[3] ?? "" }] : [];
  });
}
