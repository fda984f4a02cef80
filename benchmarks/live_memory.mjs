// Arguments: minutes, and the paths that stay open. What each page holds at the minutes 1, 5, 10, 15 … and at the end.
import { held, measured, painted } from "./browser.mjs";

await measured(async ({ open, tools }, minutes, ...paths) => {
  const pages = [];
  for (const path of paths) {
    const page = await open(path);
    if (path.endsWith("/workspace")) await painted(page);
    const own = await tools(page);
    await own.send("Performance.enable");
    pages.push({ path, own, held: [] });
  }
  const began = Date.now();
  const looks = [1, ...Array.from({ length: Math.floor(minutes / 5) }, (_, n) => (n + 1) * 5), Number(minutes)];
  for (const minute of [...new Set(looks.filter((each) => each <= minutes))].sort((a, b) => a - b)) {
    await new Promise((done) => setTimeout(done, began + minute * 60_000 - Date.now()));
    for (const page of pages) {
      page.held.push({ minute, ...(await held(page.own)) });
      console.error(page.path, JSON.stringify(page.held.at(-1)));
    }
  }
  return pages.map(({ path, held }) => ({ path, held }));
});
