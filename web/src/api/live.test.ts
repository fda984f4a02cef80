import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { readAgain } from "./live";

it("an event has what is shown read again, and lets what failed stand until somebody asks", async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked: string[] = [];
  const observe = (name: string, broken: () => boolean) => {
    const observer = new QueryObserver(cache, {
      queryKey: ["runs", name],
      queryFn: () => {
        asked.push(name);
        return broken() ? Promise.reject(new Error("busy")) : Promise.resolve(asked.length);
      },
    });
    observer.subscribe(() => undefined);
    return observer;
  };
  let broken = false;
  observe("well", () => false);
  const failed = observe("failed", () => true);
  const later = observe("later", () => broken);
  const settled = () => expect.poll(() => cache.isFetching()).toBe(0);
  await settled();
  broken = true;
  readAgain(cache, ["runs"]);
  await settled();
  readAgain(cache, ["runs"]);
  await settled();
  expect(asked.filter((name) => name === "well")).toHaveLength(3);
  expect(asked.filter((name) => name === "failed")).toHaveLength(1);
  expect(failed.getCurrentResult().error?.message).toBe("busy");
  // what was read once is there to look at, and may be asked for as often as there is news
  expect(asked.filter((name) => name === "later")).toHaveLength(3);
  expect(later.getCurrentResult().data).toBeGreaterThan(0);
  cache.clear();
});
