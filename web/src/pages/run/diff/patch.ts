/** A unified diff, as git writes it, as files and lines. Pure. */

export interface PatchLine {
  kind: "same" | "added" | "removed" | "hunk" | "note";
  text: string;
  /** The number of the line before and after; null where it is not there. */
  before: number | null;
  after: number | null;
}

export interface PatchFile {
  path: string;
  /** What it was called before, where that differs. */
  from: string | null;
  change: "added" | "deleted" | "renamed" | "changed";
  /** No text: only that it differs is known. */
  binary: boolean;
  added: number;
  removed: number;
  lines: PatchLine[];
}

/** The files of a diff in its order. What stands before the first file is no part of it. */
export function filesOf(patch: string): PatchFile[] {
  const files: PatchFile[] = [];
  let file: PatchFile | null = null;
  let [before, after] = [0, 0];
  // how many lines of the hunk are still to come: `--- a` inside of a hunk is a removed line, not a head
  let [oldLeft, newLeft] = [0, 0];
  const begin = (path: string, from: string | null): PatchFile => {
    const made: PatchFile = { path, from, change: "changed", binary: false, added: 0, removed: 0, lines: [] };
    files.push(made);
    return made;
  };
  for (const line of patch.replace(/\r?\n$/, "").split("\n")) {
    if (file && (oldLeft > 0 || newLeft > 0)) {
      const text = line.slice(1);
      const mark = line[0];
      if (mark === "+") {
        file.lines.push({ kind: "added", text, before: null, after: after++ });
        file.added += 1;
        newLeft -= 1;
        continue;
      }
      if (mark === "-") {
        file.lines.push({ kind: "removed", text, before: before++, after: null });
        file.removed += 1;
        oldLeft -= 1;
        continue;
      }
      if (mark === " " || line === "") {
        file.lines.push({ kind: "same", text, before: before++, after: after++ });
        oldLeft -= 1;
        newLeft -= 1;
        continue;
      }
    }
    const git = /^diff --git (?:"?a\/(.*?)"?) (?:"?b\/(.*?)"?)$/.exec(line);
    if (git) {
      file = begin(git[2] ?? "", git[1] === git[2] ? null : (git[1] ?? null));
      [oldLeft, newLeft] = [0, 0];
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$/.exec(line);
    if (hunk && file) {
      [before, after] = [Number(hunk[1]), Number(hunk[3])];
      [oldLeft, newLeft] = [Number(hunk[2] ?? 1), Number(hunk[4] ?? 1)];
      file.lines.push({ kind: "hunk", text: line, before: null, after: null });
      continue;
    }
    const name = /^(---|\+\+\+) (?:[ab]\/)?(.*?)(?:\t.*)?$/.exec(line);
    if (name) {
      // a diff that git did not write has no other head; `---` of one whose head was read says nothing new
      if (name[1] === "---" && (!file || file.lines.length > 0)) file = begin(name[2] ?? "", null);
      else if (name[1] === "+++" && file && name[2] !== "/dev/null") file.path = name[2] ?? file.path;
      continue;
    }
    if (!file) continue;
    if (line.startsWith("new file")) file.change = "added";
    else if (line.startsWith("deleted file")) file.change = "deleted";
    else if (line.startsWith("rename ")) file.change = "renamed";
    else if (/^(Binary files|GIT binary patch)/.test(line)) file.binary = true;
    else if (line.startsWith("\\")) file.lines.push({ kind: "note", text: line.slice(2), before: null, after: null });
  }
  return files;
}
