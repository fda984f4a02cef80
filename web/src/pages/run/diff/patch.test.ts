import { describe, expect, it } from "vitest";
import { filesOf } from "./patch";

const GIT = `diff --git a/train.py b/train.py
index 111..222 100644
--- a/train.py
+++ b/train.py
@@ -10,4 +10,5 @@ def main():
 same
-gone
--- not a head
+come
++++ neither
+more
 end
\\ No newline at end of file
diff --git a/new.py b/new.py
new file mode 100644
index 000..333
--- /dev/null
+++ b/new.py
@@ -0,0 +1 @@
+one
diff --git a/old name.py b/name.py
similarity index 100%
rename from old name.py
rename to name.py
diff --git a/x.png b/x.png
index 1..2 100644
Binary files a/x.png and b/x.png differ
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1,2 +0,0 @@
-a
-b
`;

describe("a diff", () => {
  it("is read file by file, with how each changed and by how much", () => {
    expect(filesOf(GIT).map((file) => [file.path, file.change, file.added, file.removed, file.binary])).toEqual([
      ["train.py", "changed", 3, 2, false],
      ["new.py", "added", 1, 0, false],
      ["name.py", "renamed", 0, 0, false],
      ["x.png", "changed", 0, 0, true],
      ["gone.txt", "deleted", 0, 2, false],
    ]);
    expect(filesOf(GIT)[2]?.from).toBe("old name.py");
  });

  it("numbers lines on both sides, and knows a removed line that looks like a head", () => {
    const lines = filesOf(GIT)[0]?.lines ?? [];
    expect(lines.map((line) => [line.kind, line.before, line.after])).toEqual([
      ["hunk", null, null],
      ["same", 10, 10],
      ["removed", 11, null],
      ["removed", 12, null],
      ["added", null, 11],
      ["added", null, 12],
      ["added", null, 13],
      ["same", 13, 14],
      ["note", null, null],
    ]);
    expect(lines[3]?.text).toBe("-- not a head");
  });

  it("of another program is read too, and what is no diff has no files", () => {
    const plain =
      "--- a.txt\t2026-01-01\n+++ a.txt\t2026-01-02\n@@ -1 +1 @@\n-x\n+y\n--- b.txt\n+++ b.txt\n@@ -1 +1 @@\n-x\n+y\n";
    expect(filesOf(plain).map((file) => [file.path, file.added, file.removed])).toEqual([
      ["a.txt", 1, 1],
      ["b.txt", 1, 1],
    ]);
    expect(filesOf("hello\n")).toEqual([]);
    expect(filesOf("")).toEqual([]);
  });

  it("counts every line that begins with a sign once", () => {
    const signs = (text: string, sign: string) => text.split("\n").filter((line) => line.startsWith(sign)).length;
    const files = filesOf(GIT);
    const all = (name: "added" | "removed") => files.reduce((sum, file) => sum + file[name], 0);
    // heads: +++ and --- of three files
    expect(all("added")).toBe(signs(GIT, "+") - 3);
    expect(all("removed")).toBe(signs(GIT, "-") - 3);
  });
});
