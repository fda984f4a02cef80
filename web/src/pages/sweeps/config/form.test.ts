import { describe, expect, it } from "vitest";
import { EMPTY, faultsOf, formOf, listOf, START, yamlOf } from "./form";
import { lineOf } from "./line-of";

describe("the form of a sweep", () => {
  it("becomes YAML that says the same", () => {
    expect(yamlOf(START)).toBe(`program: train.py
method: bayes
metric:
  name: val/loss
  goal: minimize
run_cap: 50
parameters:
  lr:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.1
  batch_size:
    values: [32, 64, 128]
`);
  });

  it("writes numbers and texts as YAML reads them", () => {
    const parameters = [
      { ...EMPTY, name: "lr", min: "1e-7", max: "1" },
      { ...EMPTY, name: "drop", spread: "even" as const, min: "0", max: "1" },
      { ...EMPTY, name: "act", spread: "values" as const, values: 'relu, yes, "1", 2, true' },
    ];
    const yaml = yamlOf({ ...START, rule: "asha", parameters });
    expect(yaml).toContain("min: 1.0e-7\n    max: 1.0\n");
    expect(yaml).toContain("min: 0.0\n    max: 1.0\n");
    expect(yaml).toContain('values: [relu, "yes", "1", 2, true]');
    expect(yaml).toContain("early_terminate:\n  type: asha\n  min_iter: 3\n");
  });

  it("comes back from the config it stands for", () => {
    const config = {
      program: "train.py",
      method: "bayes",
      metric: { name: "val/loss", goal: "minimize" },
      run_cap: 50,
      parameters: {
        lr: { distribution: "log_uniform_values", min: 0.0001, max: 0.1 },
        batch_size: { values: [32, 64, 128] },
      },
    };
    expect(formOf(config)).toEqual(START);
  });

  it("has no room for nested parameters, several metrics or what it does not know", () => {
    expect(formOf({ parameters: { net: { parameters: { width: { value: 1 } } } } })).toBeNull();
    expect(formOf({ metric: [{ name: "a" }], parameters: {} })).toBeNull();
    expect(formOf({ command: ["x"], parameters: {} })).toBeNull();
    expect(formOf({ parameters: { lr: { distribution: "normal", mu: 0, sigma: 1 } } })).toBeNull();
  });

  it("says what is wrong where it is wrong", () => {
    const faults = faultsOf({
      ...START,
      metric: "",
      cap: "many",
      parameters: [
        { ...EMPTY, name: "lr", min: "0", max: "1" },
        { ...EMPTY, name: "lr", spread: "whole", min: "1", max: "x" },
        { ...EMPTY, name: "", spread: "values", values: " , " },
        { ...EMPTY, name: "d", spread: "even", min: "2", max: "1" },
      ],
    });
    expect(Object.fromEntries(faults)).toEqual({
      metric: "metric",
      cap: "cap",
      "0.min": "positive",
      "1.name": "twice",
      "1.max": "number",
      "2.name": "name",
      "2.values": "none",
      "3.max": "order",
    });
    expect(faultsOf(START).size).toBe(0);
    expect(listOf('a, "b, c" ,3')).toEqual(["a", '"b, c"', "3"]);
  });
});

describe("the line of what is wrong", () => {
  const text = "method: grid\nparameters:\n  lr:\n    min: 2\n  net:\n    parameters:\n      width: 3\n";

  it("is the one that the reader of YAML names last", () => {
    expect(
      lineOf(text, 'while parsing in "x", line 2, column 1 expected, but found in "x", line 4, column 3', null),
    ).toBe(4);
  });

  it("is that of the key, however deep it lies", () => {
    expect(lineOf(text, "lr: min does not say", "lr")).toBe(3);
    expect(lineOf(text, "net.width is 3", "net.width")).toBe(7);
    expect(lineOf(text, "no method", "method")).toBe(1);
    expect(lineOf(text, "run_cap", "run_cap")).toBeNull();
    expect(lineOf(text, "no YAML", "config")).toBeNull();
  });
});
