import { expect, test } from "vitest";
import { systemCharts } from "./charts";

test("the machines of several writers share a chart and are told apart by their labels", () => {
  const charts = systemCharts(["gpu.0.temp/l:rank-1", "gpu.0.temp/l:rank-0", "cpu_percent/l:rank-0", "disk././l:head"]);
  expect(charts.map((chart) => [chart.title, chart.unit, chart.series.map((one) => one.name)])).toEqual([
    ["Temperature", "°C", ["rank-0, GPU 0", "rank-1, GPU 0"]],
    ["Utilisation", "%", ["rank-0, machine"]],
    ["disk./.", "", ["head, disk./."]],
  ]);
});

test("the devices of a machine stand together", () => {
  const [chart] = systemCharts(["gpu.0.gpu/l:node-10", "gpu.0.gpu/l:node-2", "gpu.1.gpu/l:node-2"]);
  expect(chart?.series.map((one) => one.name)).toEqual(["node-2, GPU 0", "node-2, GPU 1", "node-10, GPU 0"]);
});

test("without labels names are as they were", () => {
  const charts = systemCharts(["gpu.0.temp", "disk./data.usagePercent"]);
  expect(charts.map((chart) => chart.series.map((one) => one.name))).toEqual([["GPU 0"], ["/data"]]);
});
