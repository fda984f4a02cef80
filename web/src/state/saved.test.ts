import { expect, test } from "vitest";
import { PLAIN_LAYOUT } from "./layout";
import { addressText, over, readSpec, relativeTo, writeSpec } from "./saved";
import { PLAIN_CHARTS, readCharts, writeCharts } from "./view";

test("the address wins over the saved view, and says only what is otherwise", () => {
  const base = { x: "_time", s: "ema:0.9", f: "a" };
  for (const wanted of [{}, base, { x: "epoch" }, { x: "_time", m: "loss" }, { f: "a", s: "ema:0.9" }]) {
    const all = { x: undefined, s: undefined, f: undefined, m: undefined, ...wanted };
    const said = relativeTo(base, all);
    expect(addressText(over(base, said))).toBe(addressText(wanted));
  }
  expect(relativeTo(base, { ...base })).toEqual({ x: undefined, s: undefined, f: undefined });
  expect(relativeTo(base, { x: undefined })).toEqual({ x: "~" });
});

test("over nothing the address is what it was", () => {
  const view = { ...PLAIN_CHARTS, x: "_time", folded: ["a,b"], logY: true };
  expect(readCharts(over({}, relativeTo({}, writeCharts(view))))).toEqual(view);
});

test("a view comes back as it was kept, and one that is none is plain", () => {
  const spec = { address: { m: "a&b=c", x: "_time" }, layout: { ...PLAIN_LAYOUT, removed: ["train/loss"] } };
  expect(readSpec(JSON.parse(JSON.stringify(writeSpec(spec))))).toEqual(spec);
  expect(readSpec(undefined)).toEqual({ address: {}, layout: PLAIN_LAYOUT });
  expect(readSpec({ address: 3, layout: "x" })).toEqual({ address: {}, layout: PLAIN_LAYOUT });
});
