import { describe, expect, it } from "vitest";
import { pieces, plainText } from "./ansi";

const E = "\u001b[";

describe("a terminal line", () => {
  it("without controls is one plain piece", () => {
    expect(pieces("step 5  loss=0.1")).toEqual([{ text: "step 5  loss=0.1" }]);
    expect(pieces("")).toEqual([]);
  });

  it("keeps colours and weights until they are reset", () => {
    expect(pieces(`${E}32mINFO${E}0m  ${E}1;31mbad${E}22m red${E}39m`)).toEqual([
      { text: "INFO", style: { color: "green" } },
      { text: "  " },
      { text: "bad", style: { bold: true, color: "red" } },
      { text: " red", style: { color: "red" } },
    ]);
  });

  it("knows bright, indexed and true colours", () => {
    expect(pieces(`${E}91ma${E}38;5;196mb${E}38;2;1;2;3mc${E}48;5;232md`).map((piece) => piece.style)).toEqual([
      { color: "red" },
      { color: "#ff0000" },
      { color: "#010203" },
      { color: "#010203", ground: "#080808" },
    ]);
  });

  it("stands as it was written last after carriage returns", () => {
    expect(plainText("epoch 0:  10%\repoch 0:  99%\repoch 0: 100%")).toBe("epoch 0: 100%");
    expect(plainText("a long line\rshort")).toBe("shortg line");
    expect(plainText(`a long line\r${E}2Kshort`)).toBe("short");
    expect(plainText(`a long line\rshort${E}K`)).toBe("short");
  });

  it("forgets titles, cursor moves and bells", () => {
    expect(plainText("\u001b]0;window title\u0007ab\u0007c\u001b[?25l\u001b[2J")).toBe("abc");
    expect(plainText("abc\b\bXY")).toBe("aXY");
    expect(plainText("a\tb\u001b[0m")).toBe("a       b");
  });

  it("survives a sequence that was cut off", () => {
    expect(plainText("abc\u001b[3")).toContain("abc");
    expect(plainText("\u001b")).toBe("");
  });
});

describe("whatever a terminal is told", () => {
  /** A small generator of lines, the same ones each time. */
  function* lines(): Generator<string> {
    let seed = 7;
    const next = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    const parts = [
      "a",
      "é",
      "漢",
      "🙂",
      " ",
      "\r",
      "\b",
      "\t",
      `${E}31m`,
      `${E}0m`,
      `${E}K`,
      `${E}2K`,
      `${E}3D`,
      `${E}5C`,
    ];
    parts.push(`${E}38;5;200m`, `${E}48;2;9;8;7m`, `${E}7m`, `${E}4G`, "\u001b]0;title\u0007", `${E}?25l`, "\u0000");
    for (let line = 0; line < 400; line++) {
      let text = "";
      for (let i = next(30); i > 0; i--) text += parts[next(parts.length)];
      yield text;
    }
  }

  it("nothing but text is left, in pieces that are never empty and never of one style beside each other", () => {
    for (const line of lines()) {
      const found = pieces(line);
      for (const [place, piece] of found.entries()) {
        expect(piece.text).not.toBe("");
        // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must be gone.
        expect(piece.text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/); // a tab is as wide as it is
        if (place > 0) expect(piece.style).not.toBe(found[place - 1]?.style);
      }
      expect(plainText(line)).toBe(found.map((piece) => piece.text).join(""));
      expect(plainText(plainText(line))).toBe(plainText(line));
    }
  });
});
