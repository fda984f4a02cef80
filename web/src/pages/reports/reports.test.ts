import { describe, expect, it } from "vitest";
import { idOf, slugOf } from "./address";
import { blocksOf } from "./blocks";

describe("the address of a report", () => {
  it("has its title and its id, as the official client prints them", () => {
    expect(slugOf({ title: "What we found, 2!", id: 12 })).toBe("What-we-found-2--VmlldzoxMg");
    expect(idOf("What-we-found-2--VmlldzoxMg")).toBe("12");
    expect(idOf("a--b--VmlldzoxMg")).toBe("12");
    expect(idOf(slugOf({ title: "—", id: 7 }))).toBe("7");
    expect(idOf("12")).toBe("12");
    expect(idOf("x--§")).toBe("§");
  });
});

describe("the blocks of a report", () => {
  const text = (words: string, marks = {}) => ({ text: words, ...marks });
  const of = (...blocks: unknown[]) => blocksOf({ blocks });

  it("are headings, text with marks and links, and lists", () => {
    expect(of({ type: "heading", level: 2, children: [text("Results")] })).toMatchObject([
      { kind: "heading", level: 2, spans: [{ text: "Results" }] },
    ]);
    const link = { type: "link", url: "https://x", children: [text("there", { bold: true })] };
    expect(of({ type: "paragraph", children: [text("see "), link] })).toMatchObject([
      {
        kind: "paragraph",
        spans: [
          { text: "see ", link: "" },
          { text: "there", bold: true, link: "https://x" },
        ],
      },
    ]);
    const item = (words: string) => ({ type: "list-item", children: [{ type: "paragraph", children: [text(words)] }] });
    expect(of({ type: "list", ordered: true, children: [item("a"), { ...item("b"), checked: true }] })).toMatchObject([
      { ordered: true, items: [{ spans: [{ text: "a" }], checked: null }, { checked: true }] },
    ]);
  });

  it("are code line by line, and Markdown as it was written", () => {
    const line = (words: string) => ({ type: "code-line", children: [text(words)] });
    expect(of({ type: "code-block", language: "python", children: [line("a = 1"), line("b")] })).toEqual([
      { kind: "code", language: "python", text: "a = 1\nb" },
    ]);
    expect(of({ type: "markdown-block", content: "# x" })).toEqual([{ kind: "markdown", text: "# x" }]);
  });

  it("name the metrics of their panels", () => {
    const panels = [{ config: { metrics: ["loss", "acc"] } }, { config: { mediaKeys: ["img"] } }, { config: {} }];
    expect(of({ type: "panel-grid", metadata: { panelBankSectionConfig: { panels } } })).toEqual([
      { kind: "panels", metrics: ["loss", "acc", "img"], panels: 3 },
    ]);
  });

  it("leave out what is empty, and keep the words of what is not known", () => {
    expect(
      of({ type: "paragraph", children: [text("")] }, { type: "new-thing", children: [text("hi")] }),
    ).toMatchObject([{ kind: "other", type: "new-thing", spans: [{ text: "hi" }] }]);
    expect(blocksOf({ blocks: "odd" })).toEqual([]);
    expect(blocksOf(null)).toEqual([]);
  });
});
