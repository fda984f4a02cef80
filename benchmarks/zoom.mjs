// Arguments: the path of a workspace with one panel, its number of points, and the step that stands out. How long each of
// eight zooms takes, one within the other around that step.
import { measured, painted, redrawn } from "./browser.mjs";

await measured(async ({ open }, path, points, spike) => {
  const page = await open(path);
  const paint_ms = await painted(page);
  await page.waitForTimeout(1000);
  let [first, last] = [0, Number(points) - 1];
  const zooms = [];
  while (last - first > 150) {
    const box = await page.locator(".u-over").first().boundingBox();
    const place = (spike - first) / (last - first);
    const [from, to] = [Math.max(0.01, place - 0.13), Math.min(0.99, place + 0.11)];
    const { ms } = await redrawn(page, "article canvas", async () => {
      await page.mouse.move(box.x + box.width * from, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to, box.y + 64, { steps: 4 });
      await page.mouse.up();
    });
    const zoom = /[?&]z=[^~&]*~(-?[\d.e+]+)\.\.(-?[\d.e+]+)/.exec(decodeURIComponent(page.url()));
    [first, last] = [Number(zoom[1]), Number(zoom[2])];
    zooms.push({ first, last, ms, peak: await peak(page) });
  }
  return { paint_ms, zooms };
});

/** How high the highest coloured pixel of the curve stands in its panel, as a share of the height. */
function peak(page) {
  return page.evaluate(() => {
    const over = document.querySelector(".u-over").getBoundingClientRect();
    const canvas = document.querySelector("article canvas");
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    const [left, top] = [(over.left - box.left) * ratio, (over.top - box.top) * ratio].map(Math.round);
    const [width, height] = [over.width * ratio, over.height * ratio].map(Math.round);
    const { data } = canvas.getContext("2d").getImageData(left, top, width, height);
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
      if (data[at + 3] > 40 && Math.max(red, green, blue) - Math.min(red, green, blue) > 30)
        return 1 - Math.floor(at / 4 / width) / height;
    }
    return 0;
  });
}
