import { describe, expect, it } from "vitest";
import type { Filter, Group, Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { groupsOf } from "@/state/groups";
import { deltaOf } from "./Cell";
import {
  allColumns,
  column,
  fieldsOf,
  firstColumns,
  formatLayout,
  formatSorts,
  moveColumn,
  parseLayout,
  parseSorts,
  pressed,
  toggleColumn,
  togglePin,
  withValue,
} from "./columns";
import { csvText } from "./csv";
import { beginEdit, commitEdit, parseTags, withTag } from "./editing";
import { chipsFilter, chipValue, errorPosition, formatChips, parseChips } from "./filters";
import { goalsFrom, goalsTo, heat } from "./heat";
import { blocksIn, lineAt, linesOf } from "./segments";
import { columnStats } from "./stats";
import { leavesOf, treeOf } from "./tree";

function aRun(id: string, change: Partial<Run> = {}): Run {
  return {
    entity: "e",
    project: "p",
    id,
    name: id,
    number: 0,
    state: "finished",
    notes: "",
    tags: [],
    group: "",
    job_type: "",
    user: "",
    host: "",
    program: "",
    created_at: 0,
    updated_at: 0,
    finished_at: null,
    runtime_secs: 0,
    exit_code: null,
    last_step: null,
    config: {},
    summary: {},
    metadata: {},
    client: {},
    sweep: null,
    colour: null,
    extents: {},
    rules: [],
    attempts: [],
    parent: null,
    stop_asked: false,
    ...change,
  };
}

describe("editing a cell", () => {
  const run = aRun("a", { tags: ["x", "y"], notes: "old" });

  it("sends nothing when nothing changed", () => {
    expect(commitEdit(beginEdit(run, "notes"))).toBeNull();
    expect(commitEdit({ ...beginEdit(run, "tags"), draft: " x ,y " })).toBeNull();
  });

  it("sends what changed, and lets notes and tags be emptied", () => {
    expect(commitEdit({ ...beginEdit(run, "notes"), draft: " new " })).toEqual({ notes: "new" });
    expect(commitEdit({ ...beginEdit(run, "notes"), draft: "" })).toEqual({ notes: "" });
    expect(commitEdit({ ...beginEdit(run, "tags"), draft: "y，z, y" })).toEqual({ tags: ["y", "z"] });
  });

  it("never leaves a run without a name", () => {
    expect(commitEdit({ ...beginEdit(run, "name"), draft: "  " })).toBeNull();
    expect(commitEdit({ ...beginEdit(run, "name"), draft: "b" })).toEqual({ name: "b" });
  });

  it("keeps each tag once, in the order written", () => {
    expect(parseTags(" b, a ,,b")).toEqual(["b", "a"]);
    expect(withTag(["a", "b"], "a", true)).toEqual(["b", "a"]);
    expect(withTag(["a", "b"], "a", false)).toEqual(["b"]);
  });
});

describe("filter chips", () => {
  it("come back from the address as they went, whatever is in them", () => {
    const chips = [
      { field: "config.lr", op: "<=" as const, value: "1e-4" },
      { field: "name", op: "contains" as const, value: "a~b|c%7E" },
      { field: "summary.val/loss", op: "exists" as const, value: "" },
    ];
    expect(parseChips(formatChips(chips))).toEqual(chips);
    expect(parseChips("nonsense~x|??|1")).toEqual([]);
  });

  it("mean numbers where numbers are meant and text where the field is text", () => {
    expect(chipValue("1e-4")).toBe(1e-4);
    expect(chipValue('"12"')).toBe("12");
    expect(chipValue("true")).toBe(true);
    expect(chipsFilter([{ field: "name", op: "=", value: "12" }])).toEqual({
      type: "every",
      parts: [{ type: "where", field: "name", op: "=", value: "12" }],
    });
    expect(chipsFilter([{ field: "tags", op: "=", value: "best" }])).toMatchObject({ parts: [{ op: "contains" }] });
    expect(chipsFilter([])).toBeNull();
  });

  it("know where a query could not be read", () => {
    expect(errorPosition("At position 7 of the query: a value was expected")).toBe(6);
    expect(errorPosition("no")).toBeNull();
  });
});

describe("columns", () => {
  const found = { config: ["seed", "lr"], summary: ["epoch", "train/loss", "val/loss", "_step"] };

  it("of ours are not offered", () => {
    expect(allColumns(found)).not.toContain("summary._step");
    expect(column("config.a.b")).toMatchObject({ kind: "config", path: "a.b" });
  });

  it("begin with the main metric, and with the config that differs", () => {
    const runs = [aRun("a", { config: { seed: 1, lr: 1 } }), aRun("b", { config: { seed: 1, lr: 2 } })];
    const order = firstColumns(found, runs);
    expect(order.slice(0, 4)).toEqual(["name", "state", "summary.val/loss", "trend"]);
    expect(order.indexOf("config.lr")).toBeLessThan(order.indexOf("config.seed"));
  });

  it("come back from the address as they went", () => {
    const layout = { order: ["name", "config.a,b", "state"], pinned: ["config.a,b"] };
    expect(parseLayout(formatLayout(layout))).toEqual(layout);
    expect(parseLayout("")).toBeNull();
  });

  it("are shown among their kind, moved, pinned and hidden", () => {
    const layout = { order: ["name", "summary.a", "config.b"], pinned: [] };
    expect(toggleColumn(layout, "summary.c").order).toEqual(["name", "summary.a", "summary.c", "config.b"]);
    expect(toggleColumn(layout, "summary.a").order).toEqual(["name", "config.b"]);
    expect(moveColumn(layout, "config.b", "summary.a").order).toEqual(["name", "config.b", "summary.a"]);
    expect(togglePin(togglePin(layout, "summary.a"), "summary.a").pinned).toEqual([]);
  });
});

const none: Filter = { type: "every", parts: [] };
const told = (values: unknown[], runs: number, mean?: number): Group => ({
  values,
  runs,
  numbers: mean === undefined ? [] : [{ n: runs, mean, min: mean, max: mean, std: 0, nan: 0, pos_inf: 0, neg_inf: 0 }],
  shared: mean === undefined ? [] : [runs === 1 ? mean : null],
  filter: none,
});

describe("groups", () => {
  const by = ["config.arch", "config.lr"];
  const levels = [
    [
      { of: ["summary.loss"], groups: [told(["x"], 3, 2), told([null], 1, 5)] },
      { of: ["summary.acc"], groups: [told(["x"], 3, 0.5), told([null], 1, 0.1)] },
    ],
    [{ of: ["summary.loss"], groups: [told(["x", 1], 2, 1), told([null, 1], 1, 5), told(["x", 2], 1, 4)] }],
  ];
  const states = [told(["x", 1, "running"], 1), told(["x", 1, "finished"], 1), told(["x", 2, "running"], 1)];
  const tree = treeOf(by, levels, states, "none");

  it("are put into each other, with the numbers of every answer", () => {
    expect(tree.map((each) => [each.name, each.runs])).toEqual([
      ["x", 3],
      ["none", 1],
    ]);
    expect(tree[0]?.inner.map((each) => [each.name, each.runs])).toEqual([
      ["1", 2],
      ["2", 1],
    ]);
    expect(tree[0]?.numbers.get("summary.loss")?.mean).toBe(2);
    expect(tree[0]?.numbers.get("summary.acc")?.mean).toBe(0.5);
    expect(tree[1]?.shared.get("summary.acc")).toBe(0.1);
    expect(tree[0]?.states.get("running")).toBe(2);
    expect(leavesOf(tree).map((each) => each.runs)).toEqual([2, 1, 1]);
  });

  it("are the same groups, in the same colours, as beside the charts", () => {
    const runs = [aRun("a", { config: { arch: "x", lr: 1 } }), aRun("b", { config: { arch: "x", lr: 2 } })];
    const [own] = groupsOf(runs, by);
    expect(tree[0]?.id).toBe(own?.id);
    expect(tree[0]?.inner.map((each) => each.id)).toEqual(own?.inner.map((each) => each.id));
    expect(new Set(leavesOf(tree).map((each) => each.token)).size).toBe(3);
  });

  it("and their runs are lines that are found by their place", () => {
    const lines = linesOf(tree, 4, (group) => group.name !== "2");
    const at = (place: number) => {
      const line = lineAt(lines, place);
      return line && (line.kind === "group" ? line.group.name : `${line.group?.name} ${line.place}`);
    };
    expect(lines.count).toBe(8);
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(at)).toEqual(["x", "1", "1 0", "1 1", "2", "none", "1", "1 0", null]);
    expect(blocksIn(lines, 0, 3).map((block) => [block.group?.name, block.number])).toEqual([["1", 0]]);
  });

  it("a list without groups costs one segment, however long it is", () => {
    const lines = linesOf(null, 100_000, () => true);
    expect(lines.segments).toHaveLength(1);
    expect(lineAt(lines, 99_999)).toMatchObject({ kind: "run", place: 99_999 });
    expect(blocksIn(lines, 250, 420).map((block) => block.number)).toEqual([2, 3, 4]);
    expect(linesOf(null, 0, () => true)).toEqual({ segments: [], count: 0 });
  });
});

describe("what the list is sorted by", () => {
  it("comes back from the address as it went", () => {
    const sorts = [
      { field: "summary.a,b", descending: true },
      { field: "name", descending: false },
    ];
    expect(parseSorts(formatSorts(sorts))).toEqual(sorts);
    expect(parseSorts("")).toEqual([]);
    expect(parseSorts("-a,a,b")).toHaveLength(2);
  });

  it("is turned by a press, and grows by one with Shift", () => {
    const up = pressed([], "a", false);
    expect(up).toEqual([{ field: "a", descending: false }]);
    const down = pressed(up, "a", false);
    expect(down).toEqual([{ field: "a", descending: true }]);
    expect(pressed(down, "a", false)).toEqual([]);
    expect(pressed(down, "b", true).map((each) => each.field)).toEqual(["a", "b"]);
    expect(pressed(pressed(down, "b", true), "a", true).map((each) => each.field)).toEqual(["b"]);
    expect(pressed(pressed(down, "b", true), "c", false).map((each) => each.field)).toEqual(["c"]);
  });
});

describe("values of metrics", () => {
  it("are columns of their own, switched together or alone", () => {
    expect(column("min.val/loss")).toMatchObject({ kind: "summary", path: "val/loss", value: "min" });
    expect(column("summary.min.x")).toMatchObject({ path: "min.x", value: "last" });
    const layout = { order: ["name", "summary.loss", "config.lr"], pinned: ["summary.loss"] };
    const isMetric = (id: string) => column(id).kind === "summary";
    expect(withValue(layout, "max", isMetric)).toEqual({
      order: ["name", "max.loss", "config.lr"],
      pinned: ["max.loss"],
    });
    expect(withValue(withValue(layout, "max", isMetric), "last", isMetric)).toEqual(layout);
    expect(fieldsOf(["name", "trend", "min.loss", "config.lr", "state"])).toEqual(["min.loss", "config.lr"]);
  });

  it("are read from what the server said of the run", () => {
    expect(fieldOf(aRun("a", { extents: { "min.loss": 0.5 } }), "min.loss")).toBe(0.5);
    expect(fieldOf(aRun("a"), "min.loss")).toBeUndefined();
  });

  it("are measured against those of the baseline", () => {
    expect(deltaOf(0.5, 0.75, "less")).toEqual({ by: -0.25, share: -1 / 3, better: true });
    expect(deltaOf(0.5, 0.75, "more")?.better).toBe(false);
    expect(deltaOf(1, 0, null)).toEqual({ by: 1, share: null, better: null });
    expect(deltaOf("NaN", 1, "less")).toBeNull();
    expect(deltaOf(2, 2, "less")?.better).toBeNull();
  });

  it("have a direction that a person may give them", () => {
    const goals = goalsFrom("-my,metric".replace(",", "%2C"));
    expect(goals).toEqual(new Map([["my,metric", "less"]]));
    expect(goalsFrom(goalsTo(new Map(goals).set("a%b", "more"))).get("a%b")).toBe("more");
  });
});

describe("what the numbers of a column have in common", () => {
  it("is kept once it was seen, and goes over all runs where the server said so", () => {
    const before = columnStats([aRun("a", { summary: { loss: 0.125 } })], ["summary.loss"]);
    expect(before.decimals.get("summary.loss")).toBe(3);
    const all = new Map([["summary.loss", told(["x"], 9, 4).numbers[0]!]]);
    const next = columnStats([aRun("b", { summary: { loss: 2 } })], ["summary.loss"], all, before);
    expect(next.decimals.get("summary.loss")).toBe(3);
    expect(next.spans.get("summary.loss")).toEqual([4, 4]);
    expect(columnStats([aRun("c", { summary: { loss: "words" } })], ["summary.loss"]).numeric.size).toBe(0);
    const seen = columnStats([aRun("d", { summary: { loss: 2 } })], ["summary.loss"], undefined, before);
    expect(seen.spans.get("summary.loss")).toEqual([0.125, 2]);
    expect(columnStats([], ["summary.loss"], undefined, seen)).toEqual(seen);
  });
});

it("CSV quotes what needs it and writes numbers in full", () => {
  const run = aRun("a", {
    name: 'say "hi", you',
    tags: ["x", "y"],
    summary: { loss: 0.1234567891 },
    config: { o: { k: [1] } },
  });
  expect(csvText([run], ["name", "tags", "summary.loss", "config.o.k", "config.none"])).toBe(
    'name,tags,summary.loss,config.o.k,config.none\r\n"say ""hi"", you","x, y",0.1234567891,[1],\r\n',
  );
});

it("heat is deeper for better values: smaller ones where less is better", () => {
  const share = (text: string | undefined) => Number(/(\d+)%/.exec(text ?? "")?.[1]);
  expect(share(heat("less", 1, 1, 2))).toBeGreaterThan(share(heat("less", 2, 1, 2)));
  expect(share(heat("more", 2, 1, 2))).toBeGreaterThan(share(heat("more", 1, 1, 2)));
  expect(heat("more", Number.NaN, 1, 2)).toBeUndefined();
});
