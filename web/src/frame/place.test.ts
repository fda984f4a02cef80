import { expect, it } from "vitest";
import { placeOf } from "./place";

it("an address says which page it is, and of what", () => {
  const page = (path: string) => {
    const place = placeOf(path);
    return [place.page, place.run ?? place.thing];
  };
  expect(page("/authorize")).toEqual(["authorize", null]);
  expect(page("/ann/p")).toEqual(["workspace", null]);
  expect(page("/ann/p/runs/r/logs")).toEqual(["run", "r"]);
  expect(page("/ann/p/alerts")).toEqual(["alerts", null]);
  expect(page("/ann/p/sweeps")).toEqual(["sweeps", null]);
  expect(page("/ann/p/sweeps/ab12")).toEqual(["sweeps", "ab12"]);
  expect(page("/ann/p/artifacts/model/net/v3/files")).toEqual(["artifacts", "net:v3"]);
  expect(page("/ann/p/artifacts/model")).toEqual(["artifacts", "model"]);
  expect(page("/ann/p/reports/First-look--VmlldzoxMg")).toEqual(["reports", "First look"]);
});
