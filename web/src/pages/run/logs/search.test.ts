import { describe, expect, it } from "vitest";
import type { ConsoleLine } from "@/api/types";
import { type Found, hitsIn, look, nextHit } from "./search";

const line = (number: number, text: string, stream: "stdout" | "stderr" = "stdout"): ConsoleLine => ({
  line: number,
  time: 0,
  stream,
  text,
  attempt: 0,
  label: "",
});

describe("finding text in lines", () => {
  it("finds every place, letters of both cases alike", () => {
    expect(hitsIn("Fid fid FID", "fid")).toEqual([
      [0, 3],
      [4, 7],
      [8, 11],
    ]);
    expect(hitsIn("abc", "")).toEqual([]);
  });

  it("looks past colours, and only at the stream that was chosen", () => {
    const lines = [line(0, "\u001b[31ml\u001b[0moss"), line(1, "loss", "stderr"), line(2, "other", "stderr")];
    const all: Found = { hits: [], ofStream: [] };
    look(lines, "loss", "all", all);
    expect(all).toEqual({ hits: [0, 1], ofStream: [] });
    const err: Found = { hits: [], ofStream: [] };
    look(lines, "loss", "stderr", err);
    expect(err).toEqual({ hits: [1], ofStream: [1, 2] });
  });

  it("goes around the end in both directions", () => {
    expect(nextHit([3, 8, 20], 8, 1)).toBe(2);
    expect(nextHit([3, 8, 20], 20, 1)).toBe(0);
    expect(nextHit([3, 8, 20], 3, -1)).toBe(2);
    expect(nextHit([], 3, 1)).toBe(-1);
  });
});
