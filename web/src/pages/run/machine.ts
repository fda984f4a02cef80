/** What a run's metadata tells of its machine and its code, whatever of it is there. Pure. */
import { bytes } from "@/ui/numbers";

export interface Machine {
  /** The processors in short: `8 × H100`, or the CPU. */
  chip: string | null;
  command: string | null;
  directory: string | null;
  python: string | null;
  os: string | null;
  program: string | null;
  cpu: string | null;
  cores: [number, number] | null;
  memory: string | null;
  disk: string | null;
  gpus: string[];
  cuda: string | null;
  commit: string | null;
  branch: string | null;
  remote: string | null;
  dirty: boolean;
}

type Facts = Record<string, unknown>;

export function machineOf(metadata: Facts): Machine {
  const git = facts(metadata.git);
  const gpus = gpuNames(metadata);
  const cpu = text(metadata.cpu) ?? text(facts(metadata.cpu).model);
  const logical = count(metadata.cpu_count_logical) ?? count(metadata.cpu_count);
  return {
    chip: gpus[0]
      ? `${gpus.length > 1 ? `${gpus.length} × ` : ""}${shortGpu(gpus[0])}`
      : logical
        ? `${logical} CPU`
        : cpu,
    command: text(metadata.command) ?? commandOf(metadata),
    directory: text(metadata.cwd) ?? text(metadata.root),
    python: text(metadata.python),
    os: text(metadata.os),
    program: text(metadata.codePath) ?? text(metadata.program),
    cpu,
    cores: count(metadata.cpu_count) && logical ? [count(metadata.cpu_count) as number, logical] : null,
    memory: size(facts(metadata.memory).total),
    disk: diskText(metadata.disk),
    gpus,
    cuda: text(metadata.cudaVersion),
    commit: text(git.commit),
    branch: text(git.branch),
    remote: text(git.remote),
    dirty: git.dirty === true,
  };
}

/** The page of a commit, for the hosts whose addresses everybody knows; null where there is none. */
export function commitAddress(remote: string | null, commit: string | null): string | null {
  if (!remote || !commit) return null;
  const found = /^(?:https?:\/\/(?:[^@/]+@)?|git@|ssh:\/\/git@)([\w.-]+)[:/](.+?)(?:\.git)?\/?$/.exec(remote);
  if (!found || !/github|gitlab|bitbucket|codeberg|gitee/.test(found[1] ?? "")) return null;
  const between = /gitlab/.test(found[1] ?? "") ? "-/commit" : /bitbucket/.test(found[1] ?? "") ? "commits" : "commit";
  return `https://${found[1]}/${found[2]}/${between}/${commit}`;
}

function gpuNames(metadata: Facts): string[] {
  const listed = metadata.gpu_nvidia ?? metadata.gpu_devices;
  if (Array.isArray(listed)) {
    const names = listed.map((each) => text(facts(each).name)).filter((name) => name !== null);
    if (names.length > 0) return names;
  }
  const name = text(metadata.gpu);
  return name ? Array.from({ length: count(metadata.gpu_count) ?? 1 }, () => name) : [];
}

function shortGpu(name: string): string {
  return name.replace(/^NVIDIA\s+/i, "").replace(/\s+(PCIe|SXM\d?|HBM\w*|\d+GB).*$/i, "");
}

function facts(value: unknown): Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Facts) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value ? value : null;
}

/** The line that would start it again, of a client that tells program and arguments one by one. */
function commandOf(metadata: Facts): string | null {
  const program = text(metadata.codePathLocal) ?? text(metadata.codePath) ?? text(metadata.program);
  const given = Array.isArray(metadata.args) ? metadata.args.map(String) : [];
  if (!program) return given.length > 0 ? given.map(quoted).join(" ") : null;
  const python = text(metadata.executable)?.split("/").at(-1) ?? "python";
  return program.startsWith("<") ? null : [python, ...[program, ...given].map(quoted)].join(" ");
}

function quoted(part: string): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}

function count(value: unknown): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

function size(value: unknown): string | null {
  const number = Number(value);
  return value !== undefined && number > 0 ? bytes(number) : null;
}

function diskText(value: unknown): string | null {
  const root = facts(Object.values(facts(value))[0]);
  const total = size(root.total);
  const used = size(root.used);
  return total ? (used ? `${used} / ${total}` : total) : null;
}
