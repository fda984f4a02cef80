import { type BrowserContext, test as base } from "@playwright/test";

let shared: { context: BrowserContext; wanted: string } | undefined;

/**
 * Stories after one another share a context where they want the same of it: what the browser has read and compiled of
 * the page is not read and compiled again, which is a third of all the work of a story. What one of them left, its pages,
 * cookies, rights and what the page keeps, the next does not find.
 */
export const test = base.extend({
  context: async ({ browser, viewport, hasTouch, isMobile, colorScheme }, use) => {
    const wanted = JSON.stringify([viewport, hasTouch, isMobile, colorScheme]);
    if (shared?.wanted !== wanted) {
      await shared?.context.close();
      shared = { context: await browser.newContext(), wanted };
    }
    const { context } = shared;
    await use(context);
    for (const page of context.pages()) {
      await page.evaluate(() => localStorage.clear()).catch(() => undefined);
      await page.close();
    }
    await context.clearCookies();
    await context.clearPermissions();
  },
});
