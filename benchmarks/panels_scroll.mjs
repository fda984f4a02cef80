// Argument: the path of a workspace. How its panels scroll, and whether the smoothing slider redraws them as it moves.
import { measured, painted, redrawn, scrolled, shifted } from "./browser.mjs";

await measured(async (visit, path) => {
  const page = await visit.open(path);
  await painted(page);
  await page.waitForTimeout(2000);
  const height = await page.locator(".ws-scroll").evaluate((box) => box.scrollHeight);
  const scroll = await scrolled(visit, page, ".ws-scroll", { seconds: 10, down: 1500 });
  const standing = await page.locator(".ws-scroll canvas").count();
  await page.evaluate(() => document.querySelector(".ws-scroll").scrollTo(0, 0));
  await page.waitForTimeout(1500);
  await page.getByRole("button", { name: /^Smooth/ }).click();
  const box = await page.locator(".ui-slider-track").first().boundingBox();
  const moves = 30;
  const y = box.y + box.height / 2;
  const move = async () => {
    await page.mouse.move(box.x + 4, y);
    await page.mouse.down();
    for (let n = 1; n <= moves; n++) {
      await page.mouse.move(box.x + 4 + ((box.width - 8) * n) / moves, y);
      await page.waitForTimeout(30);
    }
    await page.mouse.up();
  };
  const drag = await redrawn(page, ".ws-scroll canvas", move, { since: "pointerdown" });
  return { height, scroll, standing, smoothing: { moves, redraws: drag.times }, shift: await shifted(page) };
});
