import { expect, test } from "vitest";
import { en } from "@/ui/text/en";
import { wholeNumber, wordsFor } from "./words";

test("an edit is told in a phrase", () => {
  const said = (what: Parameters<typeof wordsFor>[0]) => wordsFor(what, en.edits);
  expect(said({ kind: "rewind", after_step: 1000 })).toBe("Rewound to step 1,000");
  expect(said({ kind: "rename", key: "a", to: "b" })).toBe("Renamed a to b");
  expect(said({ kind: "delete", keys: ["a"] })).toBe("Deleted a");
  expect(said({ kind: "delete", keys: ["a", "b"], first_step: 5 })).toBe("Deleted 2 metrics, from step 5 on");
  expect(said({ kind: "delete", keys: null, first_step: 5, last_step: 7 })).toBe(
    "Deleted points of every metric, steps 5 to 7",
  );
  expect(said({ kind: "delete", keys: ["a"], last_step: 7 })).toBe("Deleted a, up to step 7");
});

test("a step is a whole number, however its thousands are set apart", () => {
  expect([" 12 ", "1,000", "-3", "1_0"].map(wholeNumber)).toEqual([12, 1000, -3, 10]);
  expect(["", "x", "1.5", "1e3", "9".repeat(20)].map(wholeNumber)).toEqual([null, null, null, null, null]);
});
