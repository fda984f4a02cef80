import { expect, test } from "vitest";
import { type History, NO_HISTORY, recorded, redone, undone } from "./history";

test("every change is undone in turn and done again, and a new one ends what could be", () => {
  let history: History<number> = NO_HISTORY;
  for (let n = 0; n < 5; n++) history = recorded(history, n, "", n * 10);
  let value = 5;
  const back: number[] = [];
  for (let step = undone(history, value); step; step = undone(history, value)) {
    ({ history, value } = step);
    back.push(value);
  }
  expect(back).toEqual([4, 3, 2, 1, 0]);
  for (let n = 0; n < 3; n++) ({ history, value } = redone(history, value)!);
  expect(value).toBe(3);
  history = recorded(history, value, "", 100);
  expect(redone(history, 99)).toBeNull();
  expect(undone(history, 99)?.value).toBe(3);
});

test("a slider that is dragged is one change, two sliders are two", () => {
  let history: History<string> = NO_HISTORY;
  history = recorded(history, "a", "slider", 0);
  history = recorded(history, "b", "slider", 300);
  history = recorded(history, "c", "slider", 900);
  expect(history.past).toEqual(["a"]);
  expect(recorded(history, "d", "other", 1000).past).toEqual(["a", "d"]);
  expect(recorded(history, "d", "slider", 5000).past).toEqual(["a", "d"]);
  // after going back, the same slider begins a change of its own
  const back = undone(history, "d")!;
  expect(recorded(back.history, "a", "slider", 1000).past).toEqual(["a"]);
});

test("it does not grow without end", () => {
  let history: History<number> = NO_HISTORY;
  for (let n = 0; n < 500; n++) history = recorded(history, n, "", 0);
  expect([history.past.length, history.past.at(-1)]).toEqual([100, 499]);
});
