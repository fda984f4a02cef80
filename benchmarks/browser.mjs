// What the questions that are asked in a browser share. A question's script is run by browser.py in web/, whose packages
// it uses; it gets the server's address and its own arguments, GNOMON_KEY signs it in, and the last line that it prints
// is its answer in JSON.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-headless-shell"].find(existsSync);
const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright");

/** A fresh browser that is signed in; what `question` finds is printed. */
export async function measured(question) {
  const [address, ...rest] = process.argv.slice(2);
  const browser = await chromium.launch({
    executablePath: process.env.GNOMON_CHROMIUM ?? INSTALLED,
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const signedIn = await context.request.post(`${address}/api/session`, { data: { key: process.env.GNOMON_KEY } });
    if (!signedIn.ok()) throw new Error(`sign-in was answered ${signedIn.status()}`);
    await context.addInitScript(watchShifts);
    const visit = {
      open: async (path) => {
        const page = await context.newPage();
        await page.goto(`${address}${path}`, { waitUntil: "commit" });
        return page;
      },
      tools: (page) => context.newCDPSession(page),
      /** Seconds of processor time that the browser has used for pages and for drawing, since it was started. */
      cpu: async () => {
        const own = await browser.newBrowserCDPSession();
        const { processInfo } = await own.send("SystemInfo.getProcessInfo");
        await own.detach();
        const of = (type) => processInfo.reduce((sum, each) => sum + (each.type === type ? each.cpuTime : 0), 0);
        return { page: of("renderer"), drawing: of("GPU") };
      },
    };
    console.log(JSON.stringify(await question(visit, ...rest)));
  } finally {
    await browser.close();
  }
}

/** Until a coloured pixel of a curve is on the screen; gives the milliseconds since the page was asked for. */
export async function painted(page) {
  await page.waitForFunction(
    () => {
      for (const canvas of document.querySelectorAll("canvas")) {
        if (canvas.width === 0 || canvas.height === 0) continue;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {
          const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
          if (data[at + 3] > 128 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return true;
        }
      }
      return false;
    },
    undefined,
    { timeout: 120_000, polling: 20 },
  );
  return page.evaluate(() => performance.now());
}

/**
 * Scrolls what `selector` finds for some seconds at pixels a second, turning around at the ends, and gives what the
 * frames were like: `fps`, the slowest frame in a hundred, the most nodes that stood in the document, the share of
 * frames in which `waiting` found something, and the processor time a frame took the page and the drawing.
 */
export async function scrolled({ cpu }, page, selector, { seconds, across = 0, down = 0, waiting = null }) {
  const before = await cpu();
  const { frames, ...found } = await scroll(page, { selector, seconds, across, down, waiting });
  const after = await cpu();
  const share = (name) => ((after[name] - before[name]) * 1000) / frames;
  return { ...found, page_ms: share("page"), drawing_ms: share("drawing") };
}

function scroll(page, ask) {
  return page.evaluate(
    ({ selector, seconds, across, down, waiting }) =>
      new Promise((resolve) => {
        const box = document.querySelector(selector);
        const frames = [];
        const speed = { left: across, top: down };
        let [nodes, empty, began, last] = [0, 0, null, null];
        const move = (side, most, secs) => {
          const name = side === "left" ? "scrollLeft" : "scrollTop";
          const next = box[name] + speed[side] * secs;
          if (next <= 0 || next >= most) speed[side] = -speed[side];
          box[name] = next;
        };
        const step = (now) => {
          if (last !== null) {
            frames.push(now - last);
            nodes = Math.max(nodes, document.getElementsByTagName("*").length);
            if (waiting && document.querySelector(waiting)) empty += 1;
            if (across) move("left", box.scrollWidth - box.clientWidth, (now - last) / 1000);
            if (down) move("top", box.scrollHeight - box.clientHeight, (now - last) / 1000);
          }
          began ??= now;
          last = now;
          if (now - began < seconds * 1000) return requestAnimationFrame(step);
          frames.sort((a, b) => a - b);
          resolve({
            frames: frames.length,
            fps: (frames.length / (now - began)) * 1000,
            p99_ms: frames[Math.floor(frames.length * 0.99)],
            nodes,
            waiting: empty / frames.length,
          });
        };
        requestAnimationFrame(step);
      }),
    ask,
  );
}

/**
 * Calls `act` and gives the milliseconds from its first event of the kind `since` until the picture of a canvas changed
 * for the last time, and how many frames changed it.
 */
export async function redrawn(page, selector, act, { since = "pointerup", quiet = 600 } = {}) {
  await page.evaluate(
    ({ selector, since, quiet }) => {
      const sum = () => {
        const canvas = document.querySelector(selector);
        if (!canvas?.width) return 0;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let hash = 0;
        for (let at = 0; at < data.length; at += 16) hash = (hash * 31 + data[at] + data[at + 3]) | 0;
        return hash;
      };
      window.redrawn = new Promise((resolve) => {
        let [from, known, last, times] = [null, sum(), null, 0];
        window.addEventListener(since, () => (from ??= performance.now()), { capture: true, once: true });
        const look = () => {
          const [now, next] = [performance.now(), sum()];
          if (next !== known && from !== null) [last, times] = [now, times + 1];
          known = next;
          if (last !== null && now - last > quiet) return resolve({ ms: last - from, times });
          requestAnimationFrame(look);
        };
        look();
      });
    },
    { selector, since, quiet },
  );
  await act();
  return page.evaluate(() => window.redrawn);
}

/**
 * Milliseconds from the first event of `press` until the first frame in which `body` shows something else, and nothing
 * that `busy` finds is on its way.
 */
export async function answered(page, { body, busy = null }, press) {
  await page.evaluate(
    ({ body, busy }) => {
      const shown = () => document.querySelector(body)?.textContent.slice(0, 4000) ?? "";
      const before = shown();
      window.answered = new Promise((resolve) => {
        const from = {};
        const begin = () => (from.ms ??= performance.now());
        for (const kind of ["click", "input"]) window.addEventListener(kind, begin, { capture: true, once: true });
        const look = () => {
          const waits = busy !== null && document.querySelector(busy) !== null;
          if (from.ms !== undefined && !waits && shown() !== before)
            return requestAnimationFrame(() => resolve(performance.now() - from.ms));
          requestAnimationFrame(look);
        };
        look();
      });
    },
    { body, busy },
  );
  await press();
  const ms = await page.evaluate(() => window.answered);
  await page.waitForTimeout(700);
  return ms;
}

/** The sum of all layout shifts that no input caused since the page was opened. */
export const shifted = (page) => page.evaluate(() => window.layoutShift ?? 0);

function watchShifts() {
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** What the page holds after its garbage was collected: megabytes of heap, nodes, listeners. */
export async function held(tools) {
  await tools.send("HeapProfiler.collectGarbage");
  await tools.send("HeapProfiler.collectGarbage");
  const { metrics } = await tools.send("Performance.getMetrics");
  const of = (name) => metrics.find((each) => each.name === name)?.value ?? 0;
  return { heap_mb: of("JSHeapUsedSize") / 1e6, nodes: of("Nodes"), listeners: of("JSEventListeners") };
}
