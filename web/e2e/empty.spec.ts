import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "0");
});
test.afterAll(() => server?.stop());
test.beforeEach(({ context }) => signIn(context, server));

/** The lines of a snippet, as who copies it gets them. */
async function copied(page: Page, place: number): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".ui-snippet").nth(place).getByRole("button").click();
  return page.evaluate(() => navigator.clipboard.readText());
}

test("on a server with nothing in it, home says what to do; pasted as it stands it logs a run that shows up by itself", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const said = complaints(page);
  await page.goto(`${server.url}/home`);
  const [login, script] = [await copied(page, 0), await copied(page, 1)];
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-empty-"));
  const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
  const env = {
    ...process.env,
    PATH: `${dirname(python)}${delimiter}${process.env.PATH}`,
    HOME: scratch,
    GNOMON_CONFIG_DIR: join(scratch, "config"),
    GNOMON_STATE_DIR: join(scratch, "state"),
  };
  // it is installed already, and the key is typed where it is asked for
  const line = login.split("\n").find((each) => each.startsWith("gnomon login"))!;
  await promisify(execFile)("sh", ["-c", `echo ${server.key} | ${line}`], { cwd: scratch, env });
  // the server's address is what login stored
  await promisify(execFile)(python, ["-c", script], { cwd: scratch, env });
  const project = page.getByRole("link", { name: /first-project/ }).first();
  await expect(project).toBeVisible();
  await project.click();
  await expect(page.locator('article[aria-label="loss"] canvas').first()).toBeVisible();
  expect(said).toEqual([]);
});

test("every page of a project without runs says why it is empty and what to do", async ({ page }) => {
  const made = await page.request.put(`${server.url}/api/projects/${server.entity}/bare`, {
    data: {},
    headers: { "X-Gnomon-Page": "1" },
  });
  expect(made.ok()).toBe(true);
  for (const path of ["workspace", "runs", "sweeps", "artifacts", "reports", "compare", "overview"]) {
    await page.goto(`${server.url}/${server.entity}/bare/${path}`);
    const main = page.locator(".fr-main");
    const next = main.locator(".ui-snippet, .ui-empty button, .ui-empty a, .ui-btn.primary");
    await expect.soft(next.first(), path).toBeVisible();
    expect.soft((await main.innerText()).trim().length, path).toBeGreaterThan(40);
  }
});
