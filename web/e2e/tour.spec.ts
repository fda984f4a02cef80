import { expect, type Page } from "@playwright/test";
import { faults } from "./faults";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer();
});
test.afterAll(() => server?.stop());

/** Where dark differs from light in more than its tokens. */
const DARK = [
  "/home",
  "/P/workspace",
  "/P/runs",
  "/P/runs/R/overview",
  "/P/runs/R/logs",
  "/P/reports",
  "/settings/keys",
];

/** Every page, by its address. `P` stands for the project, `R` for one of its runs. */
const STOPS = [
  "/home",
  "/settings/keys",
  "/settings/appearance",
  "/E",
  "/P/overview",
  "/P/workspace",
  "/P/workspace?g=config.model.arch&s=time:0.6",
  "/P/workspace?panel=train/loss",
  "/P/runs",
  "/P/runs?group=config.model.arch",
  "/P/compare?runs=demo0000,demo0001,demo0002",
  "/P/compare?runs=demo0000,demo0001,demo0002&tab=charts",
  "/P/compare?runs=demo0000,demo0001,demo0002&tab=statistics",
  "/P/sweeps",
  "/P/alerts",
  "/P/artifacts",
  "/P/reports",
  "/P/settings",
  "/P/runs/R",
  "/P/runs/R/overview",
  "/P/runs/R/system",
  "/P/runs/R/model",
  "/P/runs/R/logs",
  "/P/runs/R/files",
  "/P/runs/R/artifacts",
  "/P/runs/R/code",
];

const addressOf = (stop: string) =>
  server.url +
  stop
    .replace("/P", `/${server.entity}/${server.project}`)
    .replace("/E", `/${server.entity}`)
    .replace("/R", "/demo0002");

async function arrive(page: Page, stop: string): Promise<void> {
  await page.goto(addressOf(stop));
  // live events never rest, so there is no silence to wait for
  await page.waitForTimeout(900);
}

/** Writes down what the page says it should not, whom it asks but its own server, and what it is refused. */
function listen(page: Page): string[] {
  const noise = complaints(page);
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (!["127.0.0.1", "localhost", ""].includes(hostname)) noise.push(`asked another host: ${request.url()}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400) noise.push(`${answer.status()} ${answer.url()}`);
  });
  return noise;
}

async function faultsOf(page: Page, stop: string): Promise<string[]> {
  return (await faults(page, undefined, true)).map((fault) => `${stop}: ${fault}`);
}

test("a tour of all pages is silent, asks no other host, has no serious fault of access, and fits a phone", async ({
  context,
  page,
}) => {
  test.setTimeout(240_000);
  await signIn(context, server);
  const noise = listen(page);
  const found: string[] = [];
  for (const stop of STOPS) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await arrive(page, stop);
    found.push(...(await faultsOf(page, stop)));
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForTimeout(300);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) found.push(`${stop}: ${over} pixels wider than a phone`);
  }
  expect(noise).toEqual([]);
  expect(found).toEqual([]);
});

test("a tour in the dark has no serious fault of access either", async ({ context, page }) => {
  test.setTimeout(120_000);
  await signIn(context, server);
  await page.emulateMedia({ colorScheme: "dark" });
  const noise = listen(page);
  const found: string[] = [];
  for (const stop of DARK) {
    await arrive(page, stop);
    found.push(...(await faultsOf(page, stop)));
  }
  expect(noise).toEqual([]);
  expect(found).toEqual([]);
});
