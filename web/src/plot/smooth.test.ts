import { expect, test } from "vitest";
import { NO_SMOOTHING, SMOOTHINGS, smooth } from "./smooth";

const steps = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

test("no smoothing gives the same column back", () => {
  const y = steps(5);
  expect(smooth(steps(5), y, NO_SMOOTHING)).toBe(y);
});

test("a constant stays what it is, whatever the kind", () => {
  const y = new Float64Array(50).fill(3);
  for (const kind of SMOOTHINGS) {
    const out = smooth(steps(50), y, { kind, amount: kind === "ema" || kind === "time" ? 0.9 : 5 });
    for (const v of out) expect(v).toBeCloseTo(3, 12);
  }
});

test("a gap stays a gap and does not move the average", () => {
  const y = Float64Array.from([1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1]);
  for (const kind of SMOOTHINGS) {
    const out = smooth(steps(5), y, { kind, amount: 0.5 });
    expect([...out].map(Number.isNaN)).toEqual([false, true, false, true, false]);
    expect(out[4]).toBeCloseTo(1, 12);
  }
});

test("an exponential average starts at the first value, not at zero", () => {
  const out = smooth(steps(3), Float64Array.from([10, 0, 0]), { kind: "ema", amount: 0.5 });
  expect(out[0]).toBe(10);
  expect(out[1]).toBeCloseTo(10 / 3, 12);
  expect(out[2]).toBeCloseTo(10 / 7, 12);
});

test("the time-weighted kind sees distances, not points: dense points weigh no more than sparse ones", () => {
  const y = (x: number) => (x < 500 ? 0 : 1);
  const sparse = Float64Array.from({ length: 101 }, (_, i) => i * 10);
  const dense = Float64Array.from({ length: 1001 }, (_, i) => i);
  const how = { kind: "time", amount: 0.98 } as const;
  const a = smooth(sparse, sparse.map(y), how);
  const b = smooth(dense, dense.map(y), how);
  expect(Math.abs(a[100]! - b[1000]!)).toBeLessThan(0.05);
  const plain = { kind: "ema", amount: 0.98 } as const;
  expect(
    Math.abs(smooth(sparse, sparse.map(y), plain)[60]! - smooth(dense, dense.map(y), plain)[600]!),
  ).toBeGreaterThan(0.3);
});

test("a running average is the mean of the points within its width", () => {
  const out = smooth(steps(101), steps(101), { kind: "mean", amount: 10 });
  expect(out[50]).toBeCloseTo(50, 12);
  expect(out[0]).toBeCloseTo(2.5, 12);
});

/** Numbers that look random and are the same every time. */
function noise(n: number): Float64Array {
  let state = 12345;
  return Float64Array.from({ length: n }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  });
}

test("a Gaussian is the weighted average it is by definition; dense points are within a thousandth of it", () => {
  const x = steps(1000);
  const y = noise(1000).map((v, i) => Math.sin(i / 90) + (i === 400 ? Number.NaN : v));
  for (const [amount, within] of [
    [0.3, 1e-5],
    [4, 1e-3],
  ] as const) {
    const width = (amount / 100) * 999;
    const out = smooth(x, y, { kind: "gauss", amount });
    for (const i of [0, 3, 399, 500, 998, 999]) {
      let [total, norm] = [0, 0];
      for (let j = 0; j < 1000; j++) {
        if (Number.isNaN(y[j]!) || Math.abs(i - j) > 3 * width) continue;
        const weight = Math.exp(-0.5 * ((i - j) / width) ** 2);
        total += weight * y[j]!;
        norm += weight;
      }
      expect(Math.abs(out[i]! - total / norm)).toBeLessThan(within);
    }
  }
});

test("a running average keeps its digits beside a huge value", () => {
  const y = new Float64Array(200).fill(0.1);
  y[50] = 1e16;
  expect(smooth(steps(200), y, { kind: "mean", amount: 5 })[150]).toBeCloseTo(0.1, 12);
});
