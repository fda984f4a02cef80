import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

test("while the server is away the page says so and keeps what it shows, and goes on by itself when it is back", async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  const data = mkdtempSync(join(tmpdir(), "gnomon-outage-"));
  let server: TestServer = await startServer("--data", data);
  const { port } = new URL(server.url);
  try {
    await signIn(context, server);
    await page.goto(`${server.url}/${server.entity}/${server.project}/workspace`);
    const curve = page.locator('article[aria-label="train/loss"] canvas').first();
    await expect(curve).toBeVisible();
    await expect(page.getByText("10 of 14 shown")).toBeVisible();

    await server.stop();
    const away = page.getByRole("status").filter({ hasText: "The server does not answer." });
    await expect(away).toBeVisible({ timeout: 20_000 });
    await expect(curve).toBeVisible();
    await expect(page.getByText("10 of 14 shown")).toBeVisible();
    // what was not loaded before says that it cannot be, with a way to try again
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await expect(page.getByRole("button", { name: /again/i }).first()).toBeVisible({ timeout: 30_000 });
    await page.goBack();

    server = await startServer("--data", data, "--port", port, "--live");
    await expect(away).toBeHidden({ timeout: 60_000 });
    await expect(curve).toBeVisible();
    // and what was logged since arrives, with nobody having reloaded anything
    await expect(page.locator(".rs-foot")).toContainText(/updated (just now|[0-9]+ ?s)/, { timeout: 60_000 });
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
});
