import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import { goalOf } from "@/state/goals";
import { packageRows, packagesOf } from "./packages";
import { aligned, bestOf, delta, leaves, rowsOf, usualOf } from "./rows";
import { cdfT, quantileT, sampleOf, welch } from "./statistics";

const run = (change: Partial<Run>) =>
  ({
    config: {},
    summary: {},
    metadata: {},
    tags: [],
    rules: [],
    runtime_secs: 0,
    last_step: null,
    parent: null,
    sweep: null,
    ...change,
  }) as Run;

describe("runs side by side", () => {
  it("have a row for every path of either, and it is said which differ", () => {
    const runs = [
      run({ config: { lr: 1, model: { depth: 2 } } }),
      run({ config: { lr: 1, model: { depth: 3, heads: 4 } } }),
    ];
    expect(rowsOf("config", runs)).toEqual([
      { path: "lr", values: [1, 1], differs: false },
      { path: "model.depth", values: [2, 3], differs: true },
      { path: "model.heads", values: [undefined, 4], differs: true },
    ]);
  });

  it("are read as they were meant when the official client wrapped them", () => {
    const wrapped = run({ config: { lr: { value: 0.1, desc: null }, _wandb: { value: {} } } });
    expect(rowsOf("config", [wrapped, run({ config: { lr: 0.1 } })])).toEqual([
      { path: "lr", values: [0.1, 0.1], differs: false },
    ]);
  });

  it("leave out media and what clients keep for themselves", () => {
    const summary = { loss: 1, _step: 3, picture: { _type: "image-file" } };
    expect(rowsOf("summary", [run({ summary })]).map((row) => row.path)).toEqual(["loss"]);
  });

  it("take NaN for NaN, and an empty tree for a value", () => {
    expect(aligned([new Map([["a", Number.NaN]]), new Map([["a", Number.NaN]])])[0]?.differs).toBe(false);
    expect([...leaves({ a: {}, b: { c: [] } })]).toEqual([
      ["a", {}],
      ["b.c", []],
    ]);
  });

  it("name their machine as people do, and the rest of the metadata apart from it", () => {
    const gpu = { name: "NVIDIA H100", memoryTotal: String(80 * 2 ** 30) };
    const one = run({
      host: "n1",
      metadata: { gpu_nvidia: [gpu, gpu], cpu_count: 8, args: ["--lr", "1"], os: "Linux", host: "n1" },
    });
    const values = (part: "hardware" | "environment") =>
      Object.fromEntries(rowsOf(part, [one]).map(({ path, values }) => [path, values[0]]));
    expect(values("hardware")).toMatchObject({ host: "n1", GPU: "2 × NVIDIA H100", "GPU memory": "85.9 GB" });
    expect(values("environment")).toEqual({ args: "--lr 1", os: "Linux" });
  });

  it("have a usual value where half of them agree, and a best one where one way is better", () => {
    expect(usualOf([1, 2, 1, 3])).toEqual({ value: 1 });
    expect(usualOf([1, 2, 3])).toBeNull();
    expect([...bestOf([3, 1, undefined, 1], "less")]).toEqual([1, 3]);
    expect([...bestOf([2, 2], "more"), ...bestOf([1, 2], null)]).toEqual([]);
  });

  it("measure numbers against the baseline's", () => {
    expect(delta(3, 2)).toEqual({ by: 1, share: 0.5 });
    expect(delta(3, 0)).toEqual({ by: 3, share: null });
    expect(delta("x", 2)).toBeNull();
    expect(delta(Number.NaN, 2)).toBeNull();
  });

  it("know which way is better: as it was defined, else by the name", () => {
    const rules = [{ name: "val/*", goal: "maximize" }] as Run["rules"];
    expect(goalOf("val/loss.min", [run({ rules })])).toBe("more");
    expect(goalOf("val/loss", [run({})])).toBe("less");
    expect(goalOf("lr", [run({})])).toBeNull();
  });
});

describe("installed packages", () => {
  it("are read as pip writes them, whatever the spelling of the name", () => {
    const text = "Torch==2.1.0\n# a comment\nmy_pkg @ file:///x\n-e .\nodd-line\nuvicorn[standard]==0.30 # web\n";
    expect([...packagesOf(text)]).toEqual([
      ["torch", "2.1.0"],
      ["my-pkg", "file:///x"],
      ["odd-line", ""],
      ["uvicorn", "0.30"],
    ]);
    expect(packageRows(["a==1", null, "A==2"])).toEqual([{ path: "a", values: ["1", undefined, "2"], differs: true }]);
  });
});

describe("statistics", () => {
  it("know Student's t: values of the tables", () => {
    expect(quantileT(0.975, 4)).toBeCloseTo(2.776445, 5);
    expect(quantileT(0.975, 30)).toBeCloseTo(2.042272, 5);
    expect(cdfT(0, 7)).toBeCloseTo(0.5, 12);
    expect(cdfT(-2, 10)).toBeCloseTo(1 - cdfT(2, 10), 12);
    expect(cdfT(1.812461, 10)).toBeCloseTo(0.95, 6);
  });

  it("say what Welch's test says of a known example", () => {
    // checked against SciPy 1.15, ttest_ind(equal_var=False)
    const a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
    const b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4];
    const found = welch(sampleOf(a), sampleOf(b));
    expect(found?.t).toBeCloseTo(-2.8529548701715215, 9);
    expect(found?.degrees).toBeCloseTo(27.88730398842012, 9);
    expect(found?.p).toBeCloseTo(0.008071938172194903, 9);
  });

  it("say nothing where there is too little to go by", () => {
    expect(welch(sampleOf([1]), sampleOf([2, 3]))).toBeNull();
    expect(welch(sampleOf([1, 1]), sampleOf([1, 1]))).toBeNull();
    expect(sampleOf([2, 4])).toMatchObject({ n: 2, mean: 3 });
    expect(sampleOf([2]).deviation).toBeNaN();
  });
});
