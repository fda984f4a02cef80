import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { POINTS } from "./checklist";

const here = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

test("fifty points, each with a proof or a picture that was looked at", () => {
  expect(POINTS).toHaveLength(50);
  expect(POINTS.filter((point) => !point.stories && !point.measured && !point.looked)).toEqual([]);
});

test("every story that proves a point is told", () => {
  const missing = POINTS.flatMap((point) => point.stories ?? []).filter((story) => {
    const [spec, ...title] = story.split(": ");
    // a title that is made for several cases is known by how it begins
    return !new RegExp(`test\\(\\s*[\`"]${escaped(title.join(": "))}`).test(here(`./${spec}.spec.ts`));
  });
  expect(missing).toEqual([]);
});

test("every measurement that proves a point was made; where it does not hold, the point says how far it falls short", () => {
  const rows = here("../../benchmarks/RESULTS.md").split("\n");
  for (const { measured = [], short, says } of POINTS) {
    const found = measured.map((name) => rows.filter((row) => row.startsWith(`| ${name}`)));
    expect
      .soft(
        found.filter((each) => each.length === 0),
        says,
      )
      .toEqual([]);
    if (!short)
      expect
        .soft(
          found.flat().filter((row) => row.includes("**no**")),
          says,
        )
        .toEqual([]);
  }
});

test("every picture that was looked at is taken", () => {
  const places = here("../screens/places.ts");
  const missing = POINTS.flatMap((point) => point.looked ?? []).filter(
    (name) => !new RegExp(`at\\(\\s*"${escaped(name)}"`).test(places),
  );
  expect(missing).toEqual([]);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
