import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";

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

for (const scheme of ["light", "dark"] as const)
  test(`a tour of all pages, ${scheme}, is silent, asks no other host, and has no serious fault of access`, async ({
    browser,
  }) => {
    test.setTimeout(240_000);
    const context = await browser.newContext({ colorScheme: scheme });
    await signIn(context, server);
    const page = await context.newPage();
    const noise = complaints(page);
    page.on("request", (request) => {
      const { hostname } = new URL(request.url());
      if (!["127.0.0.1", "localhost", ""].includes(hostname)) noise.push(`asked another host: ${request.url()}`);
    });
    page.on("response", (answer) => {
      if (answer.status() >= 400) noise.push(`${answer.status()} ${answer.url()}`);
    });
    const faults: string[] = [];
    for (const stop of scheme === "light" ? STOPS : DARK) {
      await arrive(page, stop);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
      for (const { id, impact, nodes } of violations)
        if (impact === "serious" || impact === "critical")
          faults.push(`${stop}: ${id} (${nodes.length}) ${nodes[0]?.html.slice(0, 160)}`);
    }
    expect(noise).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

test("no page scrolls sideways at 390 pixels", async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  await signIn(context, server);
  const page = await context.newPage();
  const wide: string[] = [];
  for (const stop of STOPS) {
    await arrive(page, stop);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) wide.push(`${stop}: ${over}`);
  }
  expect(wide).toEqual([]);
  await context.close();
});
