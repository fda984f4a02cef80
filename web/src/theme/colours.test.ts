import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { luminance, RUN_COLOURS, wordsOn } from "./colours";

const [light, dark] = readFileSync(new URL("./tokens.css", import.meta.url), "utf8").split('[data-theme="dark"]');
const palette = (css: string) => [...css.matchAll(/--r\d+: (#[0-9a-f]{6});/g)].map((found) => found[1]!);
const inks = Object.fromEntries(
  [...light!.matchAll(/(--on-(?:dark|light)): (#[0-9a-f]{6});/g)].map((f) => [f[1], f[2]!]),
);

function contrast(a: string, b: string): number {
  const [less, more] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (more + 0.05) / (less + 0.05);
}

describe("words on a colour", () => {
  it.each([
    ["light", light!],
    ["dark", dark!],
  ])("reach 4.5:1 on every colour of the palette, %s", (_theme, css) => {
    const colours = palette(css);
    expect(colours).toHaveLength(RUN_COLOURS);
    for (const colour of colours) expect(contrast(colour, inks[wordsOn(colour)]!), colour).toBeGreaterThanOrEqual(4.5);
  });

  it("are white on the dark and black on the light", () => {
    expect([wordsOn("#104a97"), wordsOn("#fec85c"), wordsOn("#000000"), wordsOn("#ffffff")]).toEqual([
      "--on-dark",
      "--on-light",
      "--on-dark",
      "--on-light",
    ]);
  });
});
