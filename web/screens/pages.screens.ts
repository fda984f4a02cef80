/** Pictures of every page in two themes and two widths, for people to look at. `make screens` runs it. */
import { expect, type Page, test } from "@playwright/test";
import { type Place, placesOf } from "./places";

const url = needed("GNOMON_URL");
const key = needed("GNOMON_KEY");
const folder = needed("GNOMON_SCREENS");

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const colorScheme of ["light", "dark"] as const)
  for (const viewport of SIZES)
    test(`${colorScheme}, ${viewport.width} pixels wide`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport, hasTouch: viewport.width < 500 });
      const signedIn = await context.request.post(`${url}/api/session`, {
        data: { key },
        headers: { "X-Gnomon-Page": "1" },
      });
      expect(signedIn.ok()).toBe(true);
      const failed: string[] = [];
      for (const place of await placesOf(context.request, url)) {
        const page = await context.newPage();
        try {
          await arrive(page, place);
          await page.screenshot({ path: `${folder}/${colorScheme}-${viewport.width}/${place.name}.png` });
        } catch (error) {
          failed.push(`${place.name}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
        }
        await page.close();
      }
      expect(failed).toEqual([]);
      await context.close();
    });

/** Goes there and waits until nothing is loading any more; live events never rest, so silence is not waited for. */
async function arrive(page: Page, place: Place): Promise<void> {
  await page.goto(url + place.path);
  await settle(page);
  if (!place.then) return;
  await place.then(page);
  await settle(page);
}

async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(700);
  await expect(page.locator('[aria-busy="true"]:visible')).toHaveCount(0);
  await page.waitForTimeout(500);
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; \`make screens\` sets it`);
  return value;
}
