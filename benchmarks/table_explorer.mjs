// Argument: the path of a logged table. How it scrolls, and how long it takes to sort, search and group.
import { answered, held, measured, scrolled } from "./browser.mjs";

const GRID = ".tb-grid";
const TABLE = { body: ".tb-rows" };

await measured(async (visit, path) => {
  const page = await visit.open(path);
  await page.waitForSelector(".tb-row", { timeout: 120_000 });
  const first_ms = await page.evaluate(() => performance.now());
  const mb = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((each) => each.name.includes(".table.json"))
      .reduce((sum, each) => sum + each.decodedBodySize / 1e6, 0),
  );
  await page.waitForTimeout(3000);
  const scroll = {};
  const ways = { down: { down: 3000 }, across: { across: 2000 }, "both ways": { down: 3000, across: 2000 } };
  for (const [way, speed] of Object.entries(ways)) scroll[way] = await scrolled(visit, page, GRID, { seconds: 5, ...speed });
  await page.evaluate((grid) => document.querySelector(grid).scrollTo(0, 0), GRID);
  await page.waitForTimeout(1000);

  const head = (name) => page.getByRole("columnheader").filter({ has: page.getByRole("button", { name, exact: true }) });
  page.setDefaultTimeout(30_000);
  const sort = (name) => answered(page, TABLE, () => head(name).getByRole("button", { name, exact: true }).click());
  const search = (text) => answered(page, TABLE, () => page.getByPlaceholder("Find rows").fill(text));
  const asked = {};
  asked["sorted by a number"] = await sort("n0");
  asked["sorted the other way"] = await sort("n0");
  asked["sorted by a word"] = await sort("w0");
  asked["searched"] = await search("h3 12");
  asked["shown whole again"] = await search("");
  await head("w0").hover();
  await head("w0").locator(".tb-th-more").click();
  asked.grouped = await answered(page, TABLE, () => page.getByText("Group by it", { exact: true }).click());
  const tools = await visit.tools(page);
  await tools.send("Performance.enable");
  const { heap_mb } = await held(tools);
  return { first_ms, mb, heap_mb, scroll, asked };
});
