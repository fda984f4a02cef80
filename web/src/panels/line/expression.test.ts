import { describe, expect, it } from "vitest";
import { evaluate, FormulaError, isLinear, metricsOf, parseFormula } from "./expression";

const value = (text: string, columns: Record<string, number> = {}) =>
  evaluate(
    parseFormula(text),
    new Map(Object.entries(columns).map(([name, each]) => [name, Float64Array.of(each)])),
    1,
  )[0];

describe("a formula", () => {
  it("knows its order: powers, then signs, products, sums", () => {
    expect(value("1 + 2 * 3 ^ 2 - 4 / 2")).toBe(17);
    expect(value("-2 ^ 2")).toBe(-4);
    expect(value("2 ^ 3 ^ 2")).toBe(512);
    expect(value("(1 + 2) * -3 % 5")).toBe(-4);
  });

  it("names metrics as they are logged, slashes and minus signs too", () => {
    expect(value("train/loss - val/loss", { "train/loss": 3, "val/loss": 1 })).toBe(2);
    expect(metricsOf(parseFormula("top-1 + max(a.b, `odd name`) - a.b"))).toEqual(["top-1", "a.b", "odd name"]);
    expect(value("top-1 - 1", { "top-1": 5 })).toBe(4);
  });

  it("takes any name between dollar braces, as in backticks", () => {
    expect(metricsOf(parseFormula(`\${my metric} / \`val acc\` + \${x}`))).toEqual(["my metric", "val acc", "x"]);
  });

  it("is linear where the mean of it is it of the means", () => {
    const linear = (text: string) => isLinear(parseFormula(text));
    expect(["a - b", "-a * 3 + b / log(2)", "2 * (a + b)", "7"].map(linear)).toEqual([true, true, true, true]);
    expect(["a / b", "a * b", "log(a)", "max(a, 0)", "a ^ 2", "2 / a", "ema(a, 0.9)"].some(linear)).toBe(false);
  });

  it("calls functions", () => {
    expect(value("log(exp(2)) + abs(-1) + pow(2, 3) + min(4, 2, 3)")).toBe(13);
    const smooth = evaluate(parseFormula("ema(x, 0.5)"), new Map([["x", Float64Array.of(1, Number.NaN, 3)]]), 3);
    expect([smooth[0], smooth[1], smooth[2]]).toEqual([1, Number.NaN, (0.25 * 1 + 0.5 * 3) / 0.75]);
  });

  it("has no value where a metric has none", () => {
    expect(value("missing + 1")).toBeNaN();
  });

  it("that is none says what is wrong and where", () => {
    const wrong = (text: string) => {
      try {
        parseFormula(text);
      } catch (error) {
        if (error instanceof FormulaError) return [error.what, error.at, error.near];
      }
      return null;
    };
    expect(wrong("loss +")).toEqual(["end", 6, ""]);
    expect(wrong("loss ) 2")).toEqual(["unexpected", 5, ")"]);
    expect(wrong("wat(loss)")).toEqual(["function", 0, "wat"]);
    expect(wrong("log(a, b)")).toEqual(["arguments", 0, "log"]);
    expect(wrong("a $ b")).toEqual(["unexpected", 2, "$"]);
    expect(wrong(`1 + \${a`)).toEqual(["brace", 4, `\${a`]);
    expect(wrong("`a")).toEqual(["backtick", 0, "`a"]);
    expect(wrong("")).toEqual(["end", 0, ""]);
  });
});
