// Argument: the path of a run. How long until its first curve, how it scrolls, and how long a search for a metric takes.
import { held, measured, painted, scrolled, shifted } from "./browser.mjs";

await measured(async (visit, path) => {
  const page = await visit.open(path);
  const paint_ms = await painted(page);
  await page.waitForTimeout(2000);
  const shift = await shifted(page);
  const scroll = await scrolled(visit, page, ".ws-scroll", { seconds: 5, down: 1500 });
  const own = await visit.tools(page);
  await own.send("Performance.enable");
  const memory = await held(own);
  const search = page.evaluate(
    () =>
      new Promise((resolve) => {
        let from = null;
        window.addEventListener("input", () => (from ??= performance.now()), { capture: true });
        const look = () => {
          const titles = [...document.querySelectorAll(".ws-scroll article")].map((each) => each.getAttribute("aria-label"));
          if (from !== null && titles.length > 0 && titles.every((each) => each.includes("7777")))
            return requestAnimationFrame(() => resolve(performance.now() - from));
          requestAnimationFrame(look);
        };
        look();
      }),
  );
  await page.getByRole("searchbox").or(page.locator(".cb-bar input")).first().fill("7777");
  return { paint_ms, shift, scroll, memory, search_ms: await search };
});
