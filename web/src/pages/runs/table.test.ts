import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import {
  allColumns,
  column,
  firstColumns,
  formatLayout,
  moveColumn,
  parseLayout,
  toggleColumn,
  togglePin,
} from "./columns";
import { csvText } from "./csv";
import { beginEdit, commitEdit, parseTags, withTag } from "./editing";
import { chipsFilter, chipValue, errorPosition, formatChips, parseChips } from "./filters";
import { common, spread, tableRows } from "./groups";
import { heat } from "./heat";

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

describe("groups", () => {
  const runs = [
    aRun("a", { config: { arch: "x" }, summary: { loss: 1 } }),
    aRun("b", { config: { arch: "y" }, summary: { loss: "NaN" } }),
    aRun("c", { config: { arch: "x" }, summary: { loss: 3 } }),
    aRun("d"),
  ];

  it("hold their runs, and hide them when closed", () => {
    const rows = tableRows(runs, "config.arch", new Set(['"y"']), "none");
    expect(rows.map((row) => (row.kind === "group" ? row.label : row.run.id))).toEqual([
      "x",
      "a",
      "c",
      "y",
      "none",
      "d",
    ]);
  });

  it("have a mean, a sample deviation and a count of finite numbers", () => {
    expect(spread([runs[0] as Run, runs[2] as Run], "summary.loss")).toEqual({ mean: 2, sigma: Math.SQRT2, n: 2 });
    expect(spread([runs[1] as Run], "summary.loss")).toBeNull();
    expect(spread([runs[0] as Run], "summary.loss")).toEqual({ mean: 1, sigma: null, n: 1 });
  });

  it("know what all of their runs have in common", () => {
    expect(common([runs[0] as Run, runs[2] as Run], "config.arch")).toBe("x");
    expect(common(runs, "config.arch")).toBeUndefined();
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

it("heat is deeper for better values: smaller of a loss, larger of an accuracy", () => {
  const share = (text: string | undefined) => Number(/(\d+)%/.exec(text ?? "")?.[1]);
  expect(share(heat("val/loss", 1, 1, 2))).toBeGreaterThan(share(heat("val/loss", 2, 1, 2)));
  expect(share(heat("val/acc", 2, 1, 2))).toBeGreaterThan(share(heat("val/acc", 1, 1, 2)));
  expect(heat("val/acc", Number.NaN, 1, 2)).toBeUndefined();
});
