// Arguments: paths. What each of them transfers in a browser that was never here, and what when it comes again.
import { measured } from "./browser.mjs";

await measured(async ({ open, tools }, ...paths) => {
  const visit = async (path) => {
    const page = await open("/healthz");
    const own = await tools(page);
    await own.send("Network.enable");
    const asked = new Map();
    own.on("Network.responseReceived", ({ requestId, response }) => asked.set(requestId, { url: response.url, bytes: 0, cached: response.fromDiskCache }));
    own.on("Network.requestServedFromCache", ({ requestId }) => asked.set(requestId, { url: "", bytes: 0, cached: true }));
    own.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const one = asked.get(requestId);
      if (one) one.bytes = encodedDataLength;
    });
    await page.goto(new URL(path, page.url()).href, { waitUntil: "load" });
    await page.waitForTimeout(2500);
    await page.close();
    const sent = [...asked.values()].filter((each) => !each.cached);
    sent.sort((a, b) => b.bytes - a.bytes);
    const largest = sent.slice(0, 4).map((each) => ({ name: new URL(each.url).pathname.split("/").at(-1), bytes: each.bytes }));
    const sum = (some) => some.reduce((total, each) => total + each.bytes, 0);
    const answers = sent.filter((each) => new URL(each.url).pathname.startsWith("/api/"));
    return { page: sum(sent) - sum(answers), answers: sum(answers), requests: sent.length, largest };
  };
  const found = [];
  for (const path of paths) found.push({ path, first: await visit(path), again: await visit(path) });
  return found;
});
