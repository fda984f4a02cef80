import { columnFromArray, float64, int32, type Table, tableFromColumns, tableToIPC } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { decodeSeries } from "./series";

const VALUES = ["x_min", "x_max", "low", "high", "mean", "first", "last"];
const FLOATS = [...VALUES, "step_first", "step_last", "step_low", "step_high"];
const INTS = ["count", "nan", "pos_inf", "neg_inf"];

function stream(heads: object): Uint8Array {
  const columns = Object.fromEntries([
    ...FLOATS.map((name) => [name, columnFromArray([1, 2, Number.NaN, 4, 5], float64())]),
    ...INTS.map((name) => [name, columnFromArray([1, 1, 0, 1, 1], int32())]),
  ]);
  const table: Table = tableFromColumns(columns);
  table.schema.metadata = new Map([["gnomon", JSON.stringify(heads)]]);
  return tableToIPC(table, { format: "stream" }) as Uint8Array;
}

describe("a series answer", () => {
  it("is cut into curves that share its numbers", () => {
    const head = { run: "a", raw: true, points: 2 };
    const { x, curves } = decodeSeries(
      stream({
        x: "_step",
        series: [
          { ...head, key: "k", start: 0, length: 2 },
          { ...head, key: "l", start: 2, length: 3 },
        ],
      }),
    );
    expect(x).toBe("_step");
    expect(curves.map((curve) => [curve.key, ...curve.mean])).toEqual([
      ["k", 1, 2],
      ["l", Number.NaN, 4, 5],
    ]);
    expect(curves[0]?.mean.buffer).toBe(curves[1]?.mean.buffer);
    expect(curves[1]?.count).toEqual(Int32Array.of(0, 1, 1));
    expect(curves[0]?.stepLow).toEqual(Float64Array.of(1, 2));
    expect(curves[1]?.stepHigh).toEqual(Float64Array.of(Number.NaN, 4, 5));
  });

  it("without heads is an error one can tell", () => {
    const bare = tableToIPC(tableFromColumns({ x_min: columnFromArray([1], float64()) }), { format: "stream" });
    expect(() => decodeSeries(bare as Uint8Array)).toThrow(/heads/);
  });
});
