import { expect } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer();
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path: string) => `${server.url}/${server.entity}/${server.project}/${path}`;

test("a report is written part by part, saved as one types, published and read", async ({ page }) => {
  await page.goto(at("reports"));
  await page.getByRole("button", { name: "New report" }).click();
  await page.getByLabel("Title", { exact: true }).fill("Seeds and noise");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("menuitem", { name: "Text", exact: true }).click();
  await page.keyboard.type("## What we saw\n\nThe loss **fell**.\n\n/");
  await expect(page.getByRole("option", { name: "Panels of runs" })).toBeVisible();
  await page.keyboard.type("line");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: "Seeds and noise" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "What we saw" })).toBeVisible();
  await expect(page.locator(".rp strong, .rp b").filter({ hasText: "fell" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "What we saw" })).toBeVisible();
  await page.goto(at("reports"));
  await expect(page.getByRole("link", { name: /Seeds and noise/ })).toBeVisible();
});

test("two who write the same report lose nobody's words", async ({ page, request }) => {
  const headers = { "X-Gnomon-Page": "1", Authorization: `Bearer ${server.key}` };
  const address = `${server.url}/api/projects/${server.entity}/${server.project}/reports`;
  const made = await (await request.post(address, { headers, data: { title: "Shared" } })).json();
  await page.goto(at(`reports/${made.info.id}/edit`));
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Shared");
  await request.patch(`${address}/${made.info.id}`, { headers, data: { title: "Theirs" } });
  await page.getByLabel("Title", { exact: true }).fill("Mine");
  await expect(page.getByRole("alert")).toContainText("Somebody else has saved this report");
  await page.getByRole("button", { name: "Take theirs" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Theirs");
  noise = noise.filter((said) => !said.includes("409"));
});

test("a report is printed alone: no frame around it, light, its panels drawn, none of them cut in two", async ({
  page,
  request,
}) => {
  const headers = { "X-Gnomon-Page": "1", Authorization: `Bearer ${server.key}` };
  const address = `${server.url}/api/projects/${server.entity}/${server.project}/reports`;
  const panel = (key: string) => ({
    id: key,
    kind: "line",
    title: "",
    config: { keys: [key] },
    size: { columns: 1, rows: 1 },
    settings: {},
  });
  const panels = { runs: "", panels: [panel("train/loss"), panel("val/loss")] };
  const blocks = [
    { type: "markdown-block", content: "## Curves" },
    { type: "panel-grid", children: [{ text: "" }], gnomon: panels },
  ];
  const spec = { version: 5, blocks };
  const made = await (await request.post(address, { headers, data: { title: "On paper", spec } })).json();
  await page.goto(at(`reports/${made.info.id}`));
  await expect(page.locator(".rp canvas").first()).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Copy link" })).toBeHidden();
  expect((await page.locator(".rp").boundingBox())!.width).toBeGreaterThan(700);
  const ground = await page.locator(".rp").evaluate((each) => getComputedStyle(each).backgroundColor);
  expect(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"]).toContain(ground);
  const broken = await page
    .locator(".rp-grid > div")
    .evaluateAll((all) => all.map((each) => getComputedStyle(each).breakInside));
  expect(broken.length).toBeGreaterThan(0);
  expect(new Set(broken)).toEqual(new Set(["avoid"]));
  const paper = await page.pdf({ format: "A4" });
  expect(paper.byteLength).toBeGreaterThan(10_000);
});
