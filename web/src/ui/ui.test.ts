// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aligned, bytes, columnDecimals, inColumn, number, oneLine, si } from "./numbers";
import { setLanguage, text } from "./text";
import { en } from "./text/en";
import { zh } from "./text/zh";
import { ago, duration } from "./times";
import { foldedAtFirst, inWords, nest, treeRows } from "./tree-rows";

beforeEach(() => setLanguage("en"));
afterEach(() => setLanguage("en"));

describe("numbers", () => {
  it("are short and never false", () => {
    expect([0, 0.11943, 12, 3.42e-5, 1234567, 8.68, -0.5, 12840.7].map((value) => number(value))).toEqual([
      "0",
      "0.1194",
      "12",
      "3.42e−5",
      "1,234,567",
      "8.680",
      "−0.5000",
      "12,841",
    ]);
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => number(value))).toEqual([
      "NaN",
      "∞",
      "−∞",
    ]);
  });

  it("take a letter where there are many", () => {
    expect([940, 18_412, 3_400_000, 999_600].map(si)).toEqual(["940", "18.4k", "3.4M", "1M"]);
    expect([812, 1300, 2.71e9].map(bytes)).toEqual(["812 B", "1.3 kB", "2.71 GB"]);
  });

  it("of one column have the same decimals", () => {
    const decimals = columnDecimals([0.1189, 0.12, 3]);
    expect([0.1189, 0.12].map((value) => inColumn(value, decimals))).toEqual(["0.1189", "0.1200"]);
    expect(inColumn(1e-7, 4)).toBe("1e−7");
    expect(columnDecimals([0.1, 0.05, 64])).toBe(2);
  });

  it("align on the point without digits nobody gave", () => {
    expect([0.1, 0.05, 64, 1e-7].map((value) => aligned(value, 2))).toEqual([
      { text: "0.1", pad: "0" },
      { text: "0.05", pad: "" },
      { text: "64", pad: ".00" },
      { text: "1e−7", pad: "" },
    ]);
  });

  it("of a config are shown as they were written, and media in short", () => {
    expect(oneLine(0.0003)).toBe("0.0003");
    expect(oneLine("NaN")).toBe("NaN");
    expect(oneLine({ _type: "images/separated", count: 4, width: 8, height: 8 })).toBe("4 × images/separated 8×8");
    expect(oneLine(null)).toBe("—");
  });
});

describe("times", () => {
  it("have their two largest units", () => {
    expect([0.25, 42, 185, 60_480, 352_800].map(duration)).toEqual(["250ms", "42s", "3m 05s", "16h 48m", "4d 02h"]);
  });

  it("are told from now", () => {
    expect(ago(1000, 1002)).toBe("just now");
    expect(ago(1000, 1300)).toBe("5 min ago");
  });

  it("speak Chinese when the page does", () => {
    setLanguage("zh");
    expect(duration(60_480)).toBe("16小时48分");
    expect(text().common.retry).toBe("重试");
  });
});

describe("a tree of values", () => {
  const config = { b: 1, a: { lr: 0.1, betas: [0.9, 0.99], empty: {} }, img: { _type: "image-file", path: "x" } };

  it("has a row for each branch and leaf", () => {
    expect(treeRows(config, "", new Set()).map((row) => [row.path, row.depth])).toEqual([
      ["a", 0],
      ["a.betas", 1],
      ["a.empty", 1],
      ["a.lr", 1],
      ["b", 0],
      ["img", 0],
    ]);
    expect(treeRows(config, "", new Set(["a"])).map((row) => row.path)).toEqual(["a", "b", "img"]);
  });

  it("is searched by path and by value, with closed branches open", () => {
    expect(treeRows(config, "LR", new Set(["a"])).map((row) => row.path)).toEqual(["a", "a.lr"]);
    expect(treeRows(config, "0.99", new Set()).map((row) => row.path)).toEqual(["a", "a.betas"]);
    expect(treeRows(config, "nothing", new Set())).toEqual([]);
  });

  it("is made of flat names, also where one is the beginning of another", () => {
    expect(nest({ "a/b": 1, a: 2, "c/d/e": 3 }, "/")).toEqual({ a: { "": 2, b: 1 }, c: { d: { e: 3 } } });
    expect(nest({ a: 2, "a/b": 1 }, "/")).toEqual({ a: { "": 2, b: 1 } });
  });
});

it("both languages say the same things", () => {
  const keys = (value: object, above = ""): string[] =>
    Object.entries(value).flatMap(([name, inner]) =>
      typeof inner === "object" && inner !== null
        ? keys(inner, `${above}${name}.`)
        : [`${above}${name}:${typeof inner}`],
    );
  expect(keys(zh).sort()).toEqual(keys(en).sort());
});

describe("a large tree", () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));

  it("is folded where much is under a branch, but never all of it", () => {
    expect(foldedAtFirst({ lr: 1, layers: many, model: { depth: 1, blocks: many } })).toEqual(["layers", "model"]);
    expect(foldedAtFirst({ layers: many })).toEqual([]);
  });

  it("says sizes and spans in words where a name tells the unit", () => {
    expect(inWords("max_bytes", 8_590_000_000)).toBe("8.59 GB");
    expect(inWords("timeout_secs", 3700)).toBe("1h 01m");
    expect(inWords("halflife_ms", 1200)).toBe("1s");
    expect([inWords("steps", 5), inWords("items", 5), inWords("secs", 12), inWords("bytes", "x")]).toEqual([
      "",
      "",
      "",
      "",
    ]);
  });
});
