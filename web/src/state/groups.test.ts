import { expect, it } from "vitest";
import type { Run } from "@/api/types";
import { colouringOf, groupsOf, innermost } from "./groups";

const run = (id: string, config: Record<string, unknown>, more: Partial<Run> = {}) =>
  ({ id, number: Number(id), colour: null, config, summary: {}, tags: [], group: "", ...more }) as unknown as Run;

const runs = [
  run("1", { arch: "b", lr: 0.1 }),
  run("2", { arch: "a", lr: 0.02 }),
  run("3", { arch: "b", lr: 0.02 }),
  run("4", { lr: 0.1 }),
];

it("runs stand under the values they have, numbers by size, what is missing last", () => {
  const groups = groupsOf(runs, ["config.arch"]);
  expect(groups.map((group) => [group.name, group.runs.map(({ id }) => id)])).toEqual([
    ["a", ["2"]],
    ["b", ["1", "3"]],
    ["—", ["4"]],
  ]);
  expect(groupsOf(runs, ["config.lr"]).map((group) => group.name)).toEqual(["0.02", "0.1"]);
});

it("groups nest, and every run is in one innermost group", () => {
  const groups = groupsOf(runs, ["config.lr", "config.arch"]);
  expect(groups.map((group) => group.inner.map((inner) => inner.name))).toEqual([
    ["a", "b"],
    ["b", "—"],
  ]);
  expect(
    innermost(groups)
      .flatMap((group) => group.runs.map(({ id }) => id))
      .sort(),
  ).toEqual(["1", "2", "3", "4"]);
});

it("a group keeps its id and colour whatever else is in the list", () => {
  const [all, few] = [groupsOf(runs, ["config.arch"]), groupsOf(runs.slice(1, 2), ["config.arch"])];
  expect(few[0]).toMatchObject({ id: all[0]!.id, token: all[0]!.token });
});

it("tags in another order are the same group; no group has an empty text", () => {
  const tagged = [run("1", {}, { tags: ["x", "y"] }), run("2", {}, { tags: ["y", "x"] })];
  expect(groupsOf(tagged, ["tags"])).toHaveLength(1);
  expect(groupsOf(runs, ["group"])[0]?.name).toBe("—");
});

it("a number colours in shades from low to high, and the key says which", () => {
  const many = Array.from({ length: 40 }, (_, at) => run(String(at), { lr: at }));
  const { tokenOf, key } = colouringOf(many, "config.lr");
  expect(tokenOf(many[0]!)).toBe("--q1");
  expect(tokenOf(many[39]!)).toBe("--q8");
  expect(key?.entries.map((entry) => entry.runs)).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
  expect(key?.entries[0]?.name).toBe("0 – 4");
  const two = colouringOf(runs, "config.lr");
  expect(two.key?.entries.map((entry) => [entry.token, entry.name, entry.runs])).toEqual([
    ["--q1", "0.02", 2],
    ["--q8", "0.1", 2],
  ]);
});

it("words colour by the palette, and what has none is grey", () => {
  const { tokenOf, key } = colouringOf(runs, "config.arch");
  expect(runs.map(tokenOf)).toEqual(["--r2", "--r1", "--r2", "--text-3"]);
  expect(key?.entries.map((entry) => entry.runs)).toEqual([1, 2, 1]);
});

it("by itself each run has its own colour, or the one a person chose", () => {
  const { tokenOf, key } = colouringOf(runs, "");
  expect(key).toBeNull();
  expect(tokenOf(runs[0]!)).toBe("--r2");
  expect(tokenOf(run("0", {}, { colour: 4 }))).toBe("--r5");
});
