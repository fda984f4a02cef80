import { expect, it } from "vitest";
import type { Sweep } from "@/api/types";
import { readBrushes, writeBrushes } from "./choice";
import { again, agentLine, nested } from "./command";
import { nearestDot, scaleOf } from "./dots";
import { standingOf, stoppedEarly } from "./standing";

const sweep = { entity: "ann", project: "p", id: "s1", program: "train.py" } as Sweep;

it("an agent is begun by the address of the sweep", () => {
  expect(agentLine(sweep)).toBe("gnomon agent ann/p/s1");
});

it("a run is begun again as an agent would begin it", () => {
  const run = { params: { lr: 0.1, name: "a b", fast: true, "net.width": 8, "net.depth": null } };
  expect(nested(run.params)).toEqual({ lr: 0.1, name: "a b", fast: true, net: { width: 8, depth: null } });
  expect(again(sweep, "method: grid\n", run)).toBe(
    [
      "python train.py \\",
      "  --lr=0.1 \\",
      "  '--name=a b' \\",
      "  --fast=True \\",
      `  '--net={"width": 8, "depth": None}'`,
    ].join("\n"),
  );
});

it("a run of a function, or of a command of its own, is begun by its config", () => {
  const run = { params: { lr: 0.1, kinds: ["a", 1] } };
  const call = 'gnomon.init(project="p", config={"lr": 0.1, "kinds": ["a", 1]})';
  expect(again({ ...sweep, program: "" }, "method: grid\n", run)).toBe(call);
  expect(again(sweep, "method: grid\ncommand: [make]\n", run)).toBe(call);
});

it("a sweep that is to run stands still while nobody works on it", () => {
  const idle = { state: "RUNNING" as const, agents_at_work: 0, runs_by_state: { finished: 3 }, heard_at: 1000 };
  expect(standingOf(idle, 1010)).toBe("WAITING");
  expect(standingOf({ ...idle, agents_at_work: 1 }, 1010)).toBe("RUNNING");
  expect(standingOf({ ...idle, agents_at_work: 1 }, 1100)).toBe("WAITING");
  expect(standingOf({ ...idle, runs_by_state: { running: 1 } }, 1100)).toBe("RUNNING");
  expect(standingOf({ ...idle, state: "FINISHED" }, 1010)).toBe("FINISHED");
});

it("a run was stopped early where its sweep does that and was not cancelled", () => {
  expect(stoppedEarly({ early_terminate: true, state: "RUNNING" }, { stop_asked: true })).toBe(true);
  expect(stoppedEarly({ early_terminate: true, state: "CANCELED" }, { stop_asked: true })).toBe(false);
  expect(stoppedEarly({ early_terminate: false, state: "RUNNING" }, { stop_asked: true })).toBe(false);
});

it("what is chosen comes back from the address, whatever the parameters are called", () => {
  const brushes = { "net.lr": [0.125, 0.5], "a,b:c%": [0, 1], "metric ": [0.1, 0.2] } as const;
  expect(readBrushes(writeBrushes(brushes))).toEqual(brushes);
  expect(readBrushes("nonsense,x:1")).toEqual({});
});

it("dots stand on an even, a logarithmic or a named axis", () => {
  const even = scaleOf({ title: "x" }, [0, 10], 5);
  expect(even.place(0)).toBeCloseTo(0.04);
  expect(even.place(10)).toBeCloseTo(0.96);
  const log = scaleOf({ title: "x", log: true }, [0.001, 0.1], 5);
  expect(log.place(0.01)).toBeCloseTo(0.5);
  const named = scaleOf({ title: "x", names: ["a", "b", "c"] }, [0, 1, 2], 5);
  expect(named.ticks.map((tick) => tick.text)).toEqual(["a", "b", "c"]);
  expect(scaleOf({ title: "x", names: ["a"] }, [0], 5).place(0)).toBe(0.5);
});

it("the dot under the pointer is the nearest within reach", () => {
  const dots = [
    { id: "a", px: 0, py: 0 },
    { id: "b", px: 10, py: 0 },
  ];
  expect(nearestDot(dots, [7, 1], 18)).toBe("b");
  expect(nearestDot(dots, [40, 0], 18)).toBeNull();
});
