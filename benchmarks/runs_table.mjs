// Arguments: the path of a runs table, its columns by comma. How it scrolls, and how long it takes to sort, filter, group.
import { answered, measured, scrolled, shifted } from "./browser.mjs";

const GRID = ".runs-grid";
const WAITING = ".runs-row.of-none";
const TABLE = { body: ".runs-body", busy: `${GRID}[aria-busy="true"], ${WAITING}` };

await measured(async (visit, path, columns) => {
  const page = await visit.open(`${path}?cols=${columns}`);
  await page.waitForSelector(".runs-row.of-run", { timeout: 120_000 });
  const first_ms = await page.evaluate(() => performance.now());
  // which columns there are is read from all runs, once; meanwhile the server has the machine for itself
  await page.waitForFunction(
    () => performance.getEntriesByType("resource").some((each) => each.name.endsWith("/columns") && each.responseEnd > 0),
    undefined,
    { timeout: 120_000 },
  );
  await page.waitForTimeout(2000);
  const shift = await shifted(page);
  const scroll = {};
  const ways = { down: { down: 3000 }, across: { across: 2000 }, "both ways": { down: 3000, across: 2000 } };
  for (const [way, speed] of Object.entries(ways)) {
    scroll[way] = await scrolled(visit, page, GRID, { seconds: 5, waiting: WAITING, ...speed });
    await stands(page, way);
  }
  await page.evaluate((grid) => document.querySelector(grid).scrollTo(0, 0), GRID);
  await page.waitForTimeout(1000);

  const head = (name) => page.locator(`.runs-th:has(.runs-th-name .cut:text-is("${name}"))`);
  const sort = (name) => answered(page, TABLE, () => head(name).locator(".runs-th-name").click());
  const filter = (text) => answered(page, TABLE, () => page.locator(".runs-query input, .runs-query [contenteditable]").first().fill(text));
  const group = async (name) => {
    await head(name).hover();
    await head(name).locator(".runs-th-more").click();
    return answered(page, TABLE, () => page.getByRole("menuitem", { name: "Group by", exact: false }).first().click());
  };
  const asked = {};
  asked["sort, first"] = await sort("s2");
  asked.sort = await sort("s2");
  asked["filter, first"] = await filter("config.c1 < 0.5");
  asked.filter = await filter("config.c1 < 0.7");
  await filter("");
  asked["group, first"] = await group("c2");
  return { first_ms, shift, scroll, asked };
});

/** The head and the names stay where they are, whatever is scrolled. */
async function stands(page, way) {
  const off = await page.evaluate((grid) => {
    const box = document.querySelector(grid).getBoundingClientRect();
    const name = document.querySelector(".runs-row .runs-td.sticky").getBoundingClientRect();
    const head = document.querySelector(".runs-head").getBoundingClientRect();
    return Math.max(Math.abs(head.top - box.top), Math.abs(name.left - box.left));
  }, GRID);
  if (off > 2) throw new Error(`scrolled ${way}, head or names are ${off} pixels off their place`);
}
