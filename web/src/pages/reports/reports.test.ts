import { describe, expect, it } from "vitest";
import { idOf, slugOf } from "./address";
import { blocksOf } from "./blocks";
import { headingsOf, panelOf, readDocument, writeDocument } from "./document";
import { moved, newText, slashOf } from "./parts";

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

describe("a report as a document", () => {
  const official = {
    version: 5,
    width: "readable",
    blocks: [
      { type: "heading", level: 2, children: [{ text: "Results" }] },
      { type: "paragraph", children: [{ text: "It " }, { text: "fell", bold: true }, { text: " by 2*3." }] },
      { type: "panel-grid", metadata: { panelBankSectionConfig: { panels: [{ config: { metrics: ["loss"] } }] } } },
    ],
  };

  it("reads what the official client wrote as Markdown and panels", () => {
    const parts = readDocument(official);
    expect(parts.map((part) => (part.kind === "text" ? part.text : part.panels.map((panel) => panel.config)))).toEqual([
      "## Results",
      "It **fell** by 2\\*3.",
      [{ keys: ["loss"] }],
    ]);
  });

  it("keeps what nobody changed as it was, to the byte", () => {
    expect(writeDocument(readDocument(official), official)).toEqual(official);
  });

  it("writes what was changed, and reads it again", () => {
    const panels = [{ ...panelOf("x", "line"), config: { keys: ["a/b"] }, title: "Loss" }];
    const parts = [newText("t", "# Hello\n\nworld"), { id: "p", kind: "panels", runs: "q=base", panels } as const];
    const again = readDocument(writeDocument(parts, {}));
    expect(again).toMatchObject([
      { kind: "text", text: "# Hello\n\nworld" },
      { kind: "panels", runs: "q=base", panels },
    ]);
  });

  it("takes odd specs for empty ones", () => {
    for (const odd of [
      null,
      3,
      [],
      {},
      { blocks: 7 },
      { blocks: [null, 1, { type: "panel-grid", gnomon: { panels: [1, { kind: "x" }] } }] },
    ])
      expect(() => readDocument(odd)).not.toThrow();
  });

  it("has the headings of its text, and not those of code", () => {
    expect(headingsOf([newText("t", "# One\n```\n# no\n```\n### **Two** #")])).toEqual([
      { part: "t", text: "One", level: 1 },
      { part: "t", text: "Two", level: 3 },
    ]);
  });
});

describe("the parts of a report", () => {
  const parts = ["a", "b", "c"].map((id) => newText(id, id));
  const order = (all: readonly { id: string }[]) => all.map(({ id }) => id).join("");

  it("move to where another stood, down and up", () => {
    expect(order(moved(parts, "a", "c"))).toBe("bca");
    expect(order(moved(parts, "c", "a"))).toBe("cab");
    expect(order(moved(parts, "x", "a"))).toBe("abc");
  });

  it("are offered after a slash on a line of its own", () => {
    expect(slashOf("/", 1)).toEqual({ from: 0, word: "" });
    expect(slashOf("text\n/pan", 9)).toEqual({ from: 5, word: "pan" });
    expect(slashOf("a /pan", 6)).toBeNull();
    expect(slashOf("https://x", 9)).toBeNull();
  });
});
