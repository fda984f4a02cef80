import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type BrowserContext, expect, type Page } from "@playwright/test";

export interface TestServer {
  url: string;
  key: string;
  entity: string;
  project: string;
  stop: () => Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A real server on a temporary folder, with runs that look like training; see `serve.py`. */
export function startServer(...options: string[]): Promise<TestServer> {
  return startScript("serve.py", ...options);
}

/** The server that a script of this folder starts, and what else the script says of it. */
export async function startScript<T extends TestServer>(script: string, ...options: string[]): Promise<T> {
  const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
  const built = process.env.GNOMON_PAGE ?? `${root}web/dist`;
  const page = existsSync(`${built}/index.html`) ? ["--page", built] : [];
  const port = await freePort();
  // an option that is given twice counts as it stands last: who gives a port gets it
  const child = spawn(python, [`${root}web/e2e/${script}`, "--port", String(port), ...page, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await firstLine(child);
  return { ...JSON.parse(said), stop: () => stop(child) };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    child.once("exit", (code) => fail(new Error(`the server ended with ${code} before it was ready`)));
    if (child.stdout) createInterface(child.stdout).once("line", done);
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once("exit", () => done());
    child.kill("SIGTERM");
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** What a script of this folder prints last, once it has logged to the server with a home of its own. */
export async function logged(server: TestServer, script: string, ...args: string[]): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), `gnomon-${script.replace(".py", "")}-`));
  const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
  const { stdout } = await promisify(execFile)(python, [`${root}web/e2e/${script}`, ...args], {
    cwd: scratch,
    env: { ...process.env, HOME: scratch, GNOMON_BASE_URL: server.url, GNOMON_API_KEY: server.key },
  });
  return stdout.trim().split("\n").at(-1) ?? "";
}

export async function signIn(context: BrowserContext, server: TestServer): Promise<void> {
  const answer = await context.request.post(`${server.url}/api/session`, {
    data: { key: server.key },
    headers: { "X-Gnomon-Page": "1" },
  });
  expect(answer.ok()).toBe(true);
}

/** One's own workspace as it is before anybody touched it: what a test left is not what the next one finds. */
export async function forgetWorkspace(context: BrowserContext, server: TestServer): Promise<void> {
  const address = `${server.url}/api/projects/${server.entity}/${server.project}/views/own`;
  for (const page of ["project", "run"]) {
    const answer = await context.request.put(`${address}/${page}`, {
      data: { spec: {} },
      headers: { "X-Gnomon-Page": "1" },
    });
    expect(answer.ok()).toBe(true);
  }
}

/** Everything the page complains about; a tour must leave it empty. */
export function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") list.push(message.text());
  });
  page.on("pageerror", (error) => list.push(error.message));
  return list;
}
