import { describe, expect, it } from "vitest";
import type { FileInfo } from "@/api/types";
import { parseCsv, separatorOf } from "./csv";
import { highlight } from "./highlight";
import { fileRows, previewKind } from "./tree";

const file = (path: string, size_bytes = 1, mime = ""): FileInfo => ({
  path,
  size_bytes,
  mime,
  digest: "",
  updated_at: 0,
});

describe("reading CSV", () => {
  it("keeps separators, quotes and line ends inside quotes", () => {
    expect(parseCsv('a,b\r\n"x, y","say ""hi""\nthere"\n', ",", 10)).toEqual({
      head: ["a", "b"],
      rows: [["x, y", 'say "hi"\nthere']],
      more: false,
    });
  });

  it("takes a last row without a line end, unless the text was cut", () => {
    expect(parseCsv("a,b\n1,2", ",", 10).rows).toEqual([["1", "2"]]);
    expect(parseCsv("a,b\n1,2\n3,", ",", 10, true)).toEqual({ head: ["a", "b"], rows: [["1", "2"]], more: true });
  });

  it("reads no more rows than asked, and says so", () => {
    const csv = parseCsv("n\n1\n2\n3\n4\n", ",", 2);
    expect(csv.rows).toEqual([["1"], ["2"]]);
    expect(csv.more).toBe(true);
  });

  it("passes a byte order mark and empty lines", () => {
    expect(parseCsv("\ufeffa\n\n1\n", ",", 10)).toEqual({ head: ["a"], rows: [["1"]], more: false });
  });

  it("guesses the separator from the first line", () => {
    expect(separatorOf("x.tsv", "a,b")).toBe("\t");
    expect(separatorOf("x.csv", "a;b;c\n1,2;3;4")).toBe(";");
  });
});

describe("the tree of files", () => {
  const files = [file("b.txt", 5), file("media/images/a10.png", 2), file("media/images/a9.png", 3)];

  it("has folders first, with what they hold, and names in the order people count", () => {
    const rows = fileRows(files, "", new Set());
    expect(rows.map((row) => row.path)).toEqual([
      "media",
      "media/images",
      "media/images/a9.png",
      "media/images/a10.png",
      "b.txt",
    ]);
    expect(rows[0]).toMatchObject({ files: 2, sizeBytes: 5, open: true });
  });

  it("hides what is under a closed folder, but not from a search", () => {
    expect(fileRows(files, "", new Set(["media"])).map((row) => row.path)).toEqual(["media", "b.txt"]);
    expect(fileRows(files, "a9", new Set(["media"])).map((row) => row.name)).toEqual(["media", "images", "a9.png"]);
  });

  it("chooses the preview by type or by name", () => {
    expect(previewKind(file("x.png", 1, "image/png"))).toBe("image");
    expect(previewKind(file("diff.patch", 1, "text/plain"))).toBe("diff");
    expect(previewKind(file("train.py", 1, "application/octet-stream"))).toBe("text");
    expect(previewKind(file("model.bin", 1, "application/octet-stream"))).toBe("none");
  });
});

it("code is coloured without losing a character", () => {
  for (const [line, path] of [
    ['def f(x): return "a#b"  # why', "a.py"],
    ['{"lr": 3e-4, "name": "x"}', "a.json"],
    ["const a = `b` // c", "a.ts"],
    ["plain words", "a.csv"],
  ] as const)
    expect(
      highlight(line, path)
        .map((token) => token.text)
        .join(""),
    ).toBe(line);
});
