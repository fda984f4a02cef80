/** Every page of the product, as the seeded demo has it: what the screenshots are taken of. */
import type { APIRequestContext, Page } from "@playwright/test";

export interface Place {
  /** The name of the picture. */
  name: string;
  path: string;
  /** What is done before the picture is taken. */
  then?: (page: Page) => Promise<void>;
}

interface Listed {
  id: string;
  name: string;
  last_step: number | null;
}

/** Asks a server which runs, sweeps and artifacts its demo made, so that every place is filled. */
export async function placesOf(request: APIRequestContext, url: string): Promise<Place[]> {
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const headers = { "X-Gnomon-Page": "1" };
    const at = `${url}/api/${path}`;
    const answer = await (body ? request.post(at, { data: body, headers }) : request.get(at, { headers }));
    if (!answer.ok()) throw new Error(`${path} was answered ${answer.status()}`);
    return answer.json();
  };
  const entity = (await ask<{ user: { name: string } }>("viewer")).user.name;
  const runsOf = async (project: string) =>
    (await ask<{ runs: Listed[] }>(`projects/${entity}/${project}/runs`, { limit: 60 })).runs;
  const [digits, long] = await Promise.all([runsOf("digits"), runsOf("long-run")]);
  const collections = await ask<{ type: string; name: string; latest: { version: string } }[]>(
    `artifacts/${entity}/digits/collections`,
  );
  const model = collections.find((each) => each.type === "model");
  if (!model) throw new Error("the demo has logged no model");
  const artifact = `/${entity}/digits/artifacts/model/${model.name}/${model.latest.version}`;
  const longest = (runs: Listed[]) => runs.reduce((a, b) => ((b.last_step ?? 0) > (a.last_step ?? 0) ? b : a));
  const run = `/${entity}/digits/runs/${longest(digits).id}`;
  const million = `/${entity}/long-run/runs/${longest(long).id}`;
  const byLength = digits.toSorted((a, b) => (b.last_step ?? 0) - (a.last_step ?? 0));
  const first = byLength.slice(0, 3).map((each) => each.id);
  const at = (name: string, path: string, then?: Place["then"]): Place => ({ name, path, ...(then ? { then } : {}) });
  const digitsPage = `/${entity}/digits`;
  const sweepPage = `/${entity}/wine-sweep/sweeps`;
  return [
    at("home", "/home"),
    at("profile", `/${entity}`),
    at("project", `${digitsPage}/overview`),
    at("workspace", `${digitsPage}/workspace`),
    at("workspace-groups", `${digitsPage}/workspace?g=config.arch`),
    at("workspace-hover", `${digitsPage}/workspace`, hoverFirstPanel),
    at("workspace-add-panel", `${digitsPage}/workspace`, (page) => click(page, /^Add panel$/)),
    at("workspace-long", `/${entity}/long-run/workspace`),
    at("panel", `${digitsPage}/workspace?panel=val/loss`),
    at("runs", `${digitsPage}/runs`),
    at("runs-groups", `${digitsPage}/runs?group=config.arch`),
    at("compare", `${digitsPage}/compare?runs=${first.join(",")}`),
    at("compare-charts", `${digitsPage}/compare?runs=${first.join(",")}&tab=charts`),
    at("compare-statistics", `${digitsPage}/compare?runs=${first.join(",")}&tab=statistics`),
    at("run", run),
    at("run-overview", `${run}/overview`),
    at("run-system", `${million}/system`),
    at("run-model", `${run}/model`),
    at("run-logs", `${million}/logs`),
    at("run-files", `${run}/files`),
    at("run-artifacts", `${run}/artifacts`),
    at("run-code", `${run}/code`),
    at("run-table", `${run}/tables/eval/predictions`),
    at(
      "run-media",
      `/${entity}/digits/runs/${digits.find((each) => each.name === "read-noisy-pages")?.id ?? digits[0]?.id}`,
    ),
    at("sweeps", sweepPage),
    at("sweep", sweepPage, (page) => open(page, /\/sweeps\/[^/]+$/)),
    at("artifacts", `${digitsPage}/artifacts`),
    at("artifact", `${artifact}/overview`),
    at("artifact-files", `${artifact}/files`),
    at("artifact-lineage", `${artifact}/lineage`),
    at("reports", `${digitsPage}/reports`),
    at("report", `${digitsPage}/reports`, (page) => open(page, /\/reports\/[^/]+$/)),
    at("alerts", `${digitsPage}/alerts`),
    at("settings-project", `${digitsPage}/settings`),
    at("settings-keys", "/settings/keys"),
    at("settings-appearance", "/settings/appearance"),
    at("palette", `${digitsPage}/workspace`, (page) => page.keyboard.press("Control+k")),
    at("keys", `${digitsPage}/workspace`, (page) => page.keyboard.press("?")),
  ];
}

/** Goes where the first link leads whose address looks so. */
async function open(page: Page, address: RegExp): Promise<void> {
  const link = await page.locator("main a[href]").evaluateAll((all, source) => {
    const wanted = new RegExp(source);
    return all.map((each) => new URL((each as HTMLAnchorElement).href).pathname).find((path) => wanted.test(path));
  }, address.source);
  if (!link) throw new Error(`no link on ${page.url()} leads to ${address}`);
  await page.goto(new URL(link, page.url()).href);
}

async function click(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("button", { name }).first().click();
}

/** The crosshair and the tooltip, where there is a chart to point at. */
async function hoverFirstPanel(page: Page): Promise<void> {
  const plot = await page.locator("canvas").first().boundingBox();
  if (plot) await page.mouse.move(plot.x + plot.width * 0.6, plot.y + plot.height * 0.5);
}
