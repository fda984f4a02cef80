import { describe, expect, it } from "vitest";
import { chartKind, customCharts, figureOf, type RunTable } from "./custom";
import { binned, domainOf, nearestPoint } from "./figure";
import { figureRows } from "./figure-rows";
import { isPreset, mapping } from "./presets";
import { missingColumns } from "./vega";

function client(definition: string, fields: Record<string, string | null>, strings: Record<string, string> = {}) {
  const query = {
    queryFields: [
      {
        name: "runSets",
        fields: [
          { name: "id", fields: [] },
          { name: "summaryTable", args: [{ name: "tableKey", value: "pr_table" }] },
        ],
      },
    ],
  };
  return {
    visualize: {
      pr: {
        panel_type: "Vega2",
        panel_config: { panelDefId: definition, fieldSettings: fields, stringSettings: strings, userQuery: query },
      },
    },
  };
}

const chart = (definition: string, fields: Record<string, string | null>, strings = {}) =>
  customCharts(client(definition, fields, strings))[0]!;

const table = (columns: string[], rows: unknown[][], name = "run"): RunTable => ({
  run: name,
  name,
  colour: "var(--r1)",
  table: { columns, rows },
});

describe("a chart that a script described", () => {
  it("names its table, its fields and its title", () => {
    expect(chart("wandb/line/v0", { x: "a", y: "b", stroke: null }, { title: "T" })).toEqual({
      key: "pr",
      definition: "wandb/line/v0",
      title: "T",
      fields: { x: "a", y: "b" },
      strings: { title: "T" },
      table: "pr_table",
    });
    expect(customCharts({ visualize: { odd: {} } })).toEqual([]);
    expect(customCharts(undefined)).toEqual([]);
    expect(chartKind("wandb/area-under-curve/v0")).toBe("area-under-curve");
  });

  it("is lines in order of x, one for each class", () => {
    const figure = figureOf(chart("wandb/area-under-curve/v0", { x: "fpr", y: "tpr", class: "class" }), [
      table(
        ["class", "fpr", "tpr"],
        [
          ["b", 1, 1],
          ["a", 0.5, 0.7],
          ["b", 0, 0],
        ],
      ),
    ]);
    expect(figure).toMatchObject({
      kind: "xy",
      series: [
        { name: "b", x: [0, 1], colour: "var(--r1)" },
        { name: "a", x: [0.5], colour: "var(--r2)" },
      ],
    });
  });

  it("keeps the runs' colours where there are several", () => {
    const rows = [[0, 1]];
    const figure = figureOf(chart("wandb/scatter/v0", { x: "x", y: "y" }), [
      table(["x", "y"], rows, "one"),
      { ...table(["x", "y"], rows, "two"), colour: "var(--r7)" },
    ]);
    expect(figure).toMatchObject({ series: [{ name: "one" }, { name: "two", colour: "var(--r7)" }] });
  });

  it("is bars by label, a histogram, or a matrix", () => {
    expect(
      figureOf(chart("wandb/bar/v0", { label: "l", value: "v" }), [
        table(
          ["l", "v"],
          [
            ["a", 2],
            ["b", "NaN"],
          ],
        ),
      ]),
    ).toMatchObject({
      kind: "bars",
      bars: [
        { label: "a", values: [2] },
        { label: "b", values: [Number.NaN] },
      ],
    });
    const histogram = figureOf(chart("wandb/histogram/v0", { value: "v" }), [table(["v"], [[0], [1], [1]])]);
    expect(histogram?.kind === "histogram" && histogram.layers[0]?.counts.reduce((a, b) => a + b)).toBe(3);
    expect(
      figureOf(
        chart("wandb/confusion_matrix/v1", { Actual: "Actual", Predicted: "Predicted", nPredictions: "nPredictions" }),
        [
          table(
            ["Actual", "Predicted", "nPredictions"],
            [
              ["cat", "cat", 3],
              ["cat", "dog", 1],
              ["dog", "dog", 4],
            ],
          ),
        ],
      ),
    ).toMatchObject({
      rows: ["cat", "dog"],
      columns: ["cat", "dog"],
      cells: [
        [3, 1],
        [Number.NaN, 4],
      ],
    });
  });

  it("may be named by its id alone, as those of scikit-learn's estimators are", () => {
    const viz = (id: string) => ({
      viz: { the_plot: { id, historyFieldSettings: { "x-axis": "_step", key: "the_plot" } } },
    });
    const [importances] = customCharts(viz("wandb/feature_importances/v1"));
    expect(importances).toMatchObject({ title: "The plot", table: "the_plot", definition: "wandb/bar/v0" });
    const [shares] = customCharts(viz("wandb/class_proportions/v1"));
    const rows = [
      ["a", "train", 3],
      ["a", "test", 1],
      ["b", "train", 2],
    ];
    expect(shares && figureOf(shares, [table(["class", "dataset", "count"], rows)])).toMatchObject({
      series: [{ name: "train" }, { name: "test" }],
      bars: [
        { label: "a", values: [3, 1] },
        { label: "b", values: [2, Number.NaN] },
      ],
    });
    expect(customCharts(viz("wandb/other/v1"))).toMatchObject([{ definition: "wandb/other/v1" }]);
  });

  it("is no figure where nobody here knows it", () => {
    expect(figureOf(chart("ann/mine", { x: "x" }), [table(["x"], [])])).toBeNull();
  });
});

it("the span of an axis holds all values and ends at round ones", () => {
  expect(domainOf([0.02, 0.98], 5)).toMatchObject({ low: 0, high: 1 });
  expect(domainOf([Number.NaN], 5)).toMatchObject({ low: 0, high: 1 });
  expect(domainOf([3, 3], 5).low).toBeLessThan(3);
});

it("the nearest point is found within reach", () => {
  const series = [{ name: "", colour: "", mark: "line" as const, x: [0, 10], y: [0, 10] }];
  const same = (value: number) => value;
  expect(nearestPoint(series, same, same, [9, 9], 5)).toEqual({ series: 0, point: 1 });
  expect(nearestPoint(series, same, same, [5, 0], 3)).toBeNull();
});

it("bins count every finite value once", () => {
  expect(binned([1, 1, 1], 3).counts.reduce((a, b) => a + b)).toBe(3);
  expect(binned([0, 1, 2, Number.NaN], 2)).toEqual({ edges: [0, 1, 2], counts: [1, 2] });
});

it("the fields of a preset take what was chosen, a column of their name, or the next that is free", () => {
  expect(mapping("wandb/bar/v0", {}, ["name", "value"])).toEqual({ value: "value", label: "name" });
  expect(mapping("wandb/line/v0", { x: "epoch" }, ["loss", "epoch"])).toEqual({ x: "epoch", y: "loss" });
  expect(isPreset("wandb/bar/v0") && !isPreset("me/bar")).toBe(true);
});

it("what a figure draws is told in rows", () => {
  const figure = figureOf(chart("wandb/bar/v0", { label: "c", value: "n" }), [table(["c", "n"], [["a", 2]], "one")])!;
  expect(figureRows(figure)).toEqual({ head: ["label", "one"], rows: [["a", 2]] });
});

it("columns that a spec draws and no row has are named, those its transforms make are not", () => {
  const spec = { mark: "point", encoding: { x: { field: "a" }, y: { field: "val\\.loss" } } };
  expect(missingColumns(spec, ["val.loss"])).toEqual(["a"]);
  expect(missingColumns({ ...spec, transform: [{ calculate: "1", as: "a" }] }, ["val.loss"])).toEqual([]);
  expect(missingColumns({ ...spec, data: { values: [{ a: 1 }] } }, ["b"])).toEqual([]);
});
