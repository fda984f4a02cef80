import { describe, expect, it } from "vitest";
import { isError, pieces, plainText } from "./ansi";

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

  it("is seen to tell of an error", () => {
    expect(isError("Traceback (most recent call last):")).toBe(true);
    expect(isError("OSError: image file is truncated")).toBe(true);
    expect(isError("2026 ERROR data: gone")).toBe(true);
    expect(isError("error rate 0.1")).toBe(false);
  });
});
