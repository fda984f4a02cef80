import { expect } from "@playwright/test";
import { faults } from "./faults";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const RUNS = 50;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", String(RUNS));
});
test.afterAll(() => server?.stop());

test("fifty runs stand side by side: what differs is shown and marked, names and baseline stay in sight, few cells are drawn", async ({
  page,
  context,
}) => {
  await signIn(context, server);
  const said = complaints(page);
  const ids = Array.from({ length: RUNS }, (_, number) => `demo${String(number).padStart(4, "0")}`);
  await page.goto(`${server.url}/${server.entity}/${server.project}/compare?runs=${ids.join(",")}`);
  await expect(page.getByText(`${RUNS} runs`).first()).toBeVisible();
  await expect(page.getByRole("switch", { name: "Only differences" })).toBeChecked();
  await expect(page.getByText(/the same in all runs/)).toBeVisible();
  const grid = page.locator(".cp-grid");
  const row = (name: string) => grid.locator(".cp-row", { has: page.getByText(name, { exact: true }) });
  const search = page.getByPlaceholder("Find by name or regex");
  await search.fill("lr");
  await expect(row("lr")).toBeVisible();
  await search.fill("");
  // what is the same in all is hidden until one asks for it
  await page.getByRole("switch", { name: "Only differences" }).click();
  await expect(page.getByText(/the same in all runs/)).toBeHidden();
  await page.getByRole("switch", { name: "Only differences" }).click();
  await expect(page.getByText(/the same in all runs/)).toBeVisible();

  expect(await grid.locator(".cp-cell").count()).toBeLessThan(900);
  const first = grid.locator(".cp-name").nth(1);
  const at = (await first.boundingBox())!.x;
  await grid.evaluate((each) => each.scrollTo({ left: each.scrollWidth }));
  await expect(grid.getByRole("columnheader").last()).toBeInViewport();
  expect((await first.boundingBox())!.x).toBeCloseTo(at, 0);

  expect(await faults(page, undefined, true)).toEqual([]);
  expect(said).toEqual([]);
});
