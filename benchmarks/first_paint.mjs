// Prints the milliseconds from asking for a page to the first coloured pixel of a curve. Arguments: address, path; the
// key is in GNOMON_KEY. Run in web/, whose packages it uses.
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright");
const [address, path] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.GNOMON_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const signedIn = await context.request.post(`${address}/api/session`, { data: { key: process.env.GNOMON_KEY } });
  if (!signedIn.ok()) throw new Error(`sign-in was answered ${signedIn.status()}`);
  const page = await context.newPage();
  await page.goto(`${address}${path}`, { waitUntil: "commit" });
  await page.waitForFunction(
    () => {
      for (const canvas of document.querySelectorAll("canvas")) {
        if (canvas.width === 0 || canvas.height === 0) continue;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] > 128 && Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 60) return true;
        }
      }
      return false;
    },
    undefined,
    { timeout: 120_000, polling: 20 },
  );
  console.log(await page.evaluate(() => performance.now()));
} finally {
  await browser.close();
}
