// Argument: the path of a workspace. How long until its first curve, and how far its layout moved until two seconds later.
import { measured, painted, shifted } from "./browser.mjs";

await measured(async ({ open }, path) => {
  const page = await open(path);
  const paint_ms = await painted(page);
  await page.waitForTimeout(2000);
  return { paint_ms, shift: await shifted(page) };
});
