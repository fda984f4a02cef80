import { expect } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", "4");
});
test.afterAll(() => server?.stop());

test("history is edited and undone, and a fork says where it comes from", async ({ context, page }) => {
  await signIn(context, server);
  const noise = complaints(page);
  await page.goto(`${server.url}/${server.entity}/${server.project}/runs/demo0001/overview`);
  const fact = (name: string) => page.locator(".run-fact", { hasText: name }).locator("dd");
  const choose = async (item: string) => {
    await page.locator(".run-head").getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  const before = await fact("Last step").textContent();

  await choose("Rewind to a step…");
  await page.getByLabel("Last step to keep").fill("1,000");
  await page.getByRole("button", { name: "Rewind", exact: true }).click();
  await expect(fact("Last step")).toHaveText("1,000");

  await choose("Rename a metric…");
  await page.getByLabel("Metric", { exact: true }).fill("train/loss");
  await page.getByLabel("New name").fill("train/grad_norm");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("alert")).toContainText("already");
  await page.getByLabel("New name").fill("loss");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(page.locator(".run-edits li").first()).toContainText("Renamed train/loss to loss");

  await choose("Delete metrics…");
  await page.getByRole("checkbox", { name: "epoch" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.locator(".run-edits li").first()).toContainText("Deleted epoch");

  await choose("Fork from a step…");
  await page.getByLabel("Step", { exact: true }).fill("500");
  await page.getByRole("button", { name: "Fork", exact: true }).click();
  await expect(fact("Forked from")).toContainText("at step 500");
  await fact("Forked from").getByRole("link").click();

  await page.goto(`${server.url}/${server.entity}/${server.project}/runs/demo0001/overview`);
  for (let left = 3; left > 0; left--) {
    await expect(page.locator(".run-edits button")).toHaveCount(left);
    await page.locator(".run-edits button").first().click();
  }
  await expect(page.locator(".run-edits li.undone")).toHaveCount(3);
  await expect(fact("Last step")).toHaveText(before ?? "");
  expect(noise.filter((line) => !line.includes("409"))).toEqual([]);
});
