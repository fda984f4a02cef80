import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import { filledSpec, holesOf, isLite, withColours, withRows } from "@/charts/vega";
import { axisOf, barsOf, readBar, whiskersOf } from "./bar/config";
import { mainFile } from "./code";
import { csvOf } from "./export";
import { correlationOf, featuresOf, type Importance, importanceOf } from "./importance/forest";
import { filterFor } from "./Offer";
import { moved } from "./parallel/config";
import { pointsOf, readScatter, scaleOf } from "./scatter/config";
import { fitOf, frontOf, runningOf } from "./scatter/lines";
import { densityOf, spreadOf } from "./spread";
import type { Subject } from "./values";

const run = (id: string, summary: Record<string, unknown>): Run =>
  ({ id, name: id, summary, config: {} }) as unknown as Run;
const alone = (one: Run): Subject => ({ id: one.id, name: one.name, token: "--r1", runs: [one] });
const numberOf = (one: Run, key: string) =>
  typeof one.summary[key] === "number" ? (one.summary[key] as number) : null;

describe("spread", () => {
  it("has quartiles between values and a sample deviation", () => {
    expect(spreadOf([4, 1, 3, 2, Number.NaN])).toMatchObject({ n: 4, mean: 2.5, q1: 1.75, median: 2.5, q3: 3.25 });
    expect(spreadOf([4, 1, 3, 2])?.std).toBeCloseTo(1.29099, 4);
    expect(spreadOf([])).toBeNull();
  });
  it("is densest where most values lie", () => {
    const density = densityOf([0, 5, 5, 5, 10], 0, 10, 11);
    expect(density.indexOf(1)).toBe(5);
  });
});

describe("against NumPy and SciPy", () => {
  const values = [0.9, 1.4, 2.2, 3.3, 3.9, 7.1];
  it("a spread has the deviation, the standard error and the quartiles that they give", () => {
    const spread = spreadOf(values)!;
    expect(spread.std).toBeCloseTo(2.2455882673960215, 12);
    expect(spread.stderr).toBeCloseTo(0.9167575712501339, 12);
    expect([spread.q1, spread.median, spread.q3]).toEqual([1.6, 2.75, 3.75].map((each) => expect.closeTo(each, 12)));
  });
  it("a violin is gaussian_kde with the same width", () => {
    expect(densityOf(values, 0, 8, 5)).toEqual(
      [0.38703579571745467, 1, 0.6850216211817782, 0.23366340357559165, 0.22580415232742215].map((each) =>
        expect.closeTo(each, 9),
      ),
    );
  });
  it("a line that fits is linregress, on log axes too", () => {
    const points = [1, 2, 4, 8, 16].map((x, at) => ({ x, y: [3, 1, 4, 1, 5][at]! }));
    const plain = fitOf(points, false, false)!;
    expect([plain.slope, plain.offset, plain.r]).toEqual(
      [0.14919354838709675, 1.875, 0.5086821802303191].map((each) => expect.closeTo(each, 12)),
    );
    const log = fitOf(points, true, true)!;
    expect([log.slope, log.offset, log.r]).toEqual(
      [0.1473931188332413, 0.2668907502301862, 0.2100225555880487].map((each) => expect.closeTo(each, 12)),
    );
    expect(fitOf([{ x: 1, y: 2 }], false, false)).toBeNull();
  });
});

it("the front is what nothing beats in both values, whichever way is better", () => {
  const points = [
    { x: 1, y: 5 },
    { x: 2, y: 3 },
    { x: 2, y: 4 },
    { x: 3, y: 3 },
    { x: 4, y: 1 },
  ];
  expect(frontOf(points, false, false).map(({ x, y }) => [x, y])).toEqual([
    [1, 5],
    [2, 3],
    [4, 1],
  ]);
  expect(frontOf(points, true, true).map(({ x, y }) => [x, y])).toEqual([
    [1, 5],
    [2, 4],
    [3, 3],
    [4, 1],
  ]);
});

describe("bars", () => {
  const runs = [run("a", { m: 3 }), run("b", { m: 1 }), run("c", { m: Number.NaN })];
  it("are sorted, counted, and begin at zero", () => {
    const found = barsOf(runs.map(alone), readBar({ keys: ["m"], sort: "low" }), numberOf);
    expect(found.bars.map((bar) => bar.subject.id)).toEqual(["b", "a"]);
    expect(found.without).toBe(1);
    expect(axisOf(found.bars, readBar({}))).toEqual([0, 3]);
  });
  it("begin with the best where that is asked for", () => {
    const goal = () => "less" as const;
    const found = barsOf(runs.map(alone), readBar({ keys: ["m"], sort: "best" }), numberOf, goal);
    expect(found.bars.map((bar) => bar.subject.id)).toEqual(["b", "a"]);
  });
  it("have whiskers that leave out what is far away", () => {
    const group: Subject = {
      id: "g",
      name: "g",
      token: "--r1",
      runs: [1, 2, 3, 4, 50].map((m, at) => run(`r${at}`, { m })),
    };
    const [bar] = barsOf([group], readBar({ keys: ["m"] }), numberOf).bars;
    expect(whiskersOf(bar!)).toEqual([1, 4]);
  });
  it("read an odd config without a word", () => {
    expect(readBar({ keys: "m", most: -4, statistic: "sum" })).toMatchObject({ keys: [], most: 1, statistic: "last" });
  });
});

describe("scatter", () => {
  it("tells runs without a value from those a log axis cannot show", () => {
    const runs = [run("a", { x: 1, y: 2 }), run("b", { x: -1, y: 2 }), run("c", { y: 2 })];
    const found = pointsOf(runs.map(alone), readScatter({ x: "x", y: "y", logX: true }), numberOf);
    expect([found.points.length, found.hidden, found.without]).toEqual([1, 1, 1]);
  });
  it("has a running least, and scales with room", () => {
    expect(
      runningOf(
        [
          { x: 2, y: 1 },
          { x: 1, y: 3 },
          { x: 3, y: 2 },
        ],
        "min",
      ),
    ).toEqual([
      [1, 3],
      [2, 1],
      [3, 1],
    ]);
    expect(scaleOf([1, 100], true, 0).at(10)).toBeCloseTo(0.5);
  });
});

describe("importance", () => {
  const many = Array.from({ length: 60 }, (_, at) => at);
  const lr = many.map((at) => (at * 37) % 60);
  const noise = many.map((at) => (at * 17) % 23);
  const target = lr.map((value) => value * value);
  const work = (): Importance[] => {
    const steps = importanceOf([...featuresOf("lr", lr), ...featuresOf("noise", noise)], target);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  };
  it("finds what decides, the same each time", () => {
    const [first] = work();
    expect(first?.parameter).toBe("lr");
    expect(first!.share).toBeGreaterThan(0.9);
    expect(work()).toEqual(work());
  });
  it("correlates, and says nothing of what does not vary", () => {
    expect(correlationOf([1, 2, 3], [2, 4, 6])).toBeCloseTo(1);
    expect(correlationOf([1, 1], [2, 4])).toBeNaN();
    expect(featuresOf("one", [1, 1, 1])).toEqual([]);
  });
});

describe("vega", () => {
  it("fills holes, and keeps a dotted key one name", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the holes of a spec look like that.
    const text = '{"mark":"bar","encoding":{"x":{"field":"${field:v}","title":"${string:t:Value}"}}}';
    expect(holesOf(text)).toEqual({ fields: ["v"], strings: ["t"] });
    const spec = filledSpec(text, { v: "val.loss" }, {});
    expect(spec).toEqual({ mark: "bar", encoding: { x: { field: "val\\.loss", title: "Value" } } });
    expect(isLite(spec)).toBe(true);
  });
  it("puts rows where the data set is asked for, and run colours where the range asks", () => {
    const rows = [{ name: "a", color: "#111111" }];
    expect(withRows({ marks: [], data: [{ name: "wandb", url: "x" }] }, rows, false).data).toEqual([
      { name: "wandb", values: rows },
    ]);
    expect(withColours({ color: { scale: { range: { field: "color" } } } }, rows)).toEqual({
      color: { scale: { domain: ["a"], range: ["#111111"] } },
    });
  });
  it("says what is wrong", () => expect(() => filledSpec("[1]", {}, {})).toThrow("JSON object"));
});

it("writes CSV that other programs read", () => {
  expect(csvOf(["a", "b"], [['x,"y"', null]])).toBe('a,b\n"x,""y""",\n');
});
it("moves an axis, filters to runs, finds the program", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(filterFor(["a", "b"])).toBe('id matches "^(a|b)$"');
  expect(mainFile(["code/a.py", "code/train.py"], "src/train.py")).toBe("code/train.py");
});
