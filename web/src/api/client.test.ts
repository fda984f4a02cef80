import { afterEach, describe, expect, it, vi } from "vitest";
import { ask } from "./client";

interface Sent {
  method: string;
  keepalive: boolean;
  answer: () => void;
}

/** What is asked of the server, which answers when told to. */
function listen(): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", (_address: string, { method = "", keepalive = false }: RequestInit) => {
    return new Promise((done) => sent.push({ method, keepalive, answer: () => done(new Response("{}")) }));
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

describe("a change", () => {
  it("is made although one leaves the page, and a question is let go of", async () => {
    const sent = listen();
    const all = (["PATCH", "PUT", "DELETE", "GET", "POST"] as const).map((method) => ask("/api/x", { method }));
    expect(sent.map(({ method, keepalive }) => [method, keepalive])).toEqual([
      ["PATCH", true],
      ["PUT", true],
      ["DELETE", true],
      ["GET", false],
      ["POST", false],
    ]);
    for (const { answer } of sent) answer();
    await Promise.all(all);
  });

  it("is made the usual way where a browser would refuse it: too large, or one of many", async () => {
    const sent = listen();
    const change = (letters: number) => ask("/api/x", { method: "PATCH", body: "x".repeat(letters) });
    const all = [change(60_000), ...Array.from({ length: 10 }, () => change(10))];
    expect(sent.filter(({ keepalive }) => keepalive)).toHaveLength(8);
    expect(sent[0]?.keepalive).toBe(false);
    for (const { answer } of sent) answer();
    await Promise.all(all);
    const later = change(59_000);
    expect(sent.at(-1)?.keepalive).toBe(true);
    sent.at(-1)?.answer();
    await later;
  });
});
