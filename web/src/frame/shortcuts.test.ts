import { expect, it } from "vitest";
import { en } from "@/ui/text/en";
import { capsOf, SHORTCUTS } from "./shortcuts";

const sources = import.meta.glob("/src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }) as Record<
  string,
  string
>;

/** The keys of the maps that are given to `useKeys` as they stand in the code. */
function boundKeys(source: string): string[] {
  return [...source.matchAll(/useKeys\(\s*\{/g)].flatMap((found) => {
    const out: string[] = [];
    let depth = 1;
    let at = found.index + found[0].length;
    let start = true;
    while (depth > 0 && at < source.length) {
      const char = source[at]!;
      const key = depth === 1 && start ? /^\s*(?:"([^"]+)"|([A-Za-z0-9]+))\s*:/.exec(source.slice(at)) : null;
      if (key) {
        out.push(key[1] ?? key[2]!);
        at += key[0].length;
        start = false;
        continue;
      }
      if ("{([".includes(char)) depth += 1;
      if ("})]".includes(char)) depth -= 1;
      if (depth === 1 && char === ",") start = true;
      at += 1;
    }
    return out;
  });
}

it("the list of keys names every key that does something, and none that does nothing", () => {
  const bound = new Set(
    Object.entries(sources)
      .filter(([path]) => !path.includes(".test."))
      .flatMap(([, source]) => boundKeys(source)),
  );
  const listed = new Set(Object.values(SHORTCUTS).flatMap((list) => list.flatMap(({ keys }) => [...keys])));
  expect([...listed].filter((key) => !bound.has(key))).toEqual([]);
  expect([...bound].filter((key) => !listed.has(key as never))).toEqual([]);
});

it("every key of the list is said what it does", () => {
  for (const { what } of Object.values(SHORTCUTS).flat()) expect(en.keys.what[what]).toBeTruthy();
});

it("a chord is shown cap by cap", () => {
  expect(capsOf("Ctrl+Z")).toEqual(["Ctrl", "Shift", "Z"]);
  expect(capsOf("Ctrl+k")).toEqual(["Ctrl", "K"]);
  expect(capsOf("g w")).toEqual(["g", "w"]);
  expect(capsOf("Ctrl+ArrowLeft")).toEqual(["Ctrl", "←"]);
});
