import { describe, expect, it } from "vitest";
import { machineOf } from "../machine";
import { packagesOf, recipeOf } from "./reproduce";

const run = (metadata: Record<string, unknown>) => ({ entity: "ann", project: "dit", id: "r1", metadata });
const recipe = (metadata: Record<string, unknown>, kept: Partial<Parameters<typeof recipeOf>[2]> = {}) =>
  recipeOf(run(metadata), machineOf(metadata), { patch: false, requirements: false, code: false, ...kept });

describe("running it again", () => {
  it("is the commit, its changes, its packages and its command, from where it was given", () => {
    const metadata = {
      git: { remote: "git@github.com:halden/dit.git", commit: "a41c9e2", dirty: true },
      root: "/home/ann/dit",
      cwd: "/home/ann/dit/exp one",
      command: "python train.py --lr 0.1",
    };
    const made = recipe(metadata, { patch: true, requirements: true });
    expect(made.from).toBe("git");
    expect(made.steps.flatMap((step) => step.commands)).toEqual([
      "git clone git@github.com:halden/dit.git",
      "cd dit",
      "git checkout a41c9e2",
      "gnomon pull ann/dit/r1 --root run --like diff.patch",
      "git apply run/diff.patch",
      "gnomon pull ann/dit/r1 --root run --like requirements.txt",
      "pip install -r run/requirements.txt",
      "cd 'exp one'",
      "python train.py --lr 0.1",
    ]);
  });

  it("is the saved code where there is no repository", () => {
    const made = recipe({ command: "python train.py", cwd: "/x", root: "/x" }, { code: true, requirements: true });
    expect(made.from).toBe("saved");
    expect(made.steps[0]?.commands).toEqual(["gnomon pull ann/dit/r1 --root run --like code/%", "cd run/code"]);
    expect(made.steps[1]?.commands[1]).toBe("pip install -r ../requirements.txt");
  });

  it("says when the code is not known", () => {
    expect(recipe({ command: "python train.py" })).toEqual({
      from: "nowhere",
      steps: [{ what: "run", commands: ["python train.py"] }],
    });
  });
});

it("packages are read as pip writes them", () => {
  expect(packagesOf("numpy==2.1.1\n# no\n\ntorch==2.4.1+cu124 ; x\nmine @ file:///x\nbare\n-e .\nuv[a]==1\n")).toEqual([
    { name: "numpy", version: "2.1.1" },
    { name: "torch", version: "2.4.1+cu124" },
    { name: "mine", version: "file:///x" },
    { name: "bare", version: "" },
    { name: "uv", version: "1" },
  ]);
});
