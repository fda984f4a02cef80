import { describe, expect, it } from "vitest";
import { commitAddress, machineOf } from "./machine";
import { systemCharts } from "./system/charts";

describe("what a run tells of its machine", () => {
  it("counts its GPUs and shortens their name", () => {
    const metadata = { gpu_nvidia: Array.from({ length: 8 }, () => ({ name: "NVIDIA H100 80GB HBM3" })) };
    expect(machineOf(metadata).chip).toBe("8 × H100");
    expect(machineOf({ cpu_count: 4, cpu_count_logical: 8 }).chip).toBe("8 CPU");
    expect(machineOf({}).chip).toBeNull();
  });

  it("says how it was started, also where program and arguments are told apart", () => {
    const metadata = { executable: "/venv/bin/python3", codePathLocal: "train.py", args: ["--lr", "0.1", "a b"] };
    expect(machineOf(metadata).command).toBe("python3 train.py --lr 0.1 'a b'");
    expect(machineOf({ command: "make", args: ["x"] }).command).toBe("make");
    expect(machineOf({ program: "<python with no main file>" }).command).toBeNull();
    expect(machineOf({ cpu: { model: "EPYC" } }).cpu).toBe("EPYC");
  });

  it("takes nothing for granted", () => {
    expect(machineOf({ git: null, memory: 5, disk: [], gpu_nvidia: "x", args: {} }).commit).toBeNull();
  });

  it("knows where a commit is to be seen", () => {
    expect(commitAddress("git@github.com:a/b.git", "abc")).toBe("https://github.com/a/b/commit/abc");
    expect(commitAddress("https://user:token@gitlab.com/a/b", "abc")).toBe("https://gitlab.com/a/b/-/commit/abc");
    expect(commitAddress("https://git.example.org/a/b", "abc")).toBeNull();
  });
});

describe("charts of the system", () => {
  it("put the same measure of all devices into one chart, GPUs first", () => {
    const charts = systemCharts(["cpu_percent", "cpu", "gpu.0.gpu", "gpu.1.gpu", "gpu.10.gpu", "gpu.0.temp"]);
    expect(charts.map((chart) => [chart.id, chart.series.map((series) => series.name)])).toEqual([
      ["gpu-gpu", ["GPU 0", "GPU 1", "GPU 10"]],
      ["gpu-temp", ["GPU 0"]],
      ["cpu", ["process", "machine"]],
    ]);
  });

  it("turn units into those that are compared", () => {
    const [chart] = systemCharts(["proc.memory.rssMB"]);
    expect(chart).toMatchObject({ unit: "bytes", series: [{ scale: 2 ** 20 }] });
  });

  it("show a key nobody knows by its own name", () => {
    expect(systemCharts(["tpu.0.duty"])[0]).toMatchObject({ group: "other", title: "tpu.0.duty" });
  });
});
