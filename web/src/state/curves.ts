/**
 * The curves that panels look at: panels say what they want, and get it.
 *
 * What is wanted in the same moment goes to the server in few requests; what is known already is not asked again;
 * what no one waits for is cancelled. When a run has new rows only its curves are read again, at most once a second,
 * and the old ones stay until then.
 */
import type { Curve, Series } from "@/api/series";
import type { SeriesQuery, Stream } from "@/api/types";

export interface CurveAsk {
  readonly runs: readonly string[];
  readonly key: string;
  readonly stream: Stream;
  readonly x: string;
  readonly first: number | null;
  readonly last: number | null;
  readonly buckets: number;
}

export interface CurveAnswer {
  /** What is known, in the order of the asked runs; a run without the key is left out. */
  curves: Curve[];
  /** True while something asked for has never been read. */
  pending: boolean;
  /** True while anything is on its way. */
  busy: boolean;
  error: Error | null;
}

type Read = (query: SeriesQuery, signal: AbortSignal) => Promise<Series>;

interface Entry {
  view: string;
  run: string;
  key: string;
  curve: Curve | null;
  known: boolean;
  stale: boolean;
  request: Request | null;
  error: Error | null;
  used: number;
}

interface Request {
  abort: AbortController;
  entries: Entry[];
}

interface Watch {
  ask: CurveAsk;
  tell: () => void;
}

const GATHER_MS = 12;
const LIVE_MS = 900;
const RETRY_MS = 2500;
const ROWS_A_REQUEST = 48_000;
const REQUESTS_AT_ONCE = 4;
const KEPT_ENTRIES = 4000;

export class CurveBook {
  private readonly entries = new Map<string, Entry>();
  private readonly watches = new Set<Watch>();
  private readonly running = new Set<Request>();
  private gather: ReturnType<typeof setTimeout> | null = null;
  private live: ReturnType<typeof setTimeout> | null = null;
  private lastLive = 0;
  private clock = 0;

  constructor(private readonly read: Read) {}

  /** Wants curves until `stop`; `tell` is called whenever the answer may have changed. */
  watch(ask: CurveAsk, tell: () => void): { stop: () => void } {
    const watch: Watch = { ask, tell };
    this.watches.add(watch);
    this.soon();
    return {
      stop: () => {
        this.watches.delete(watch);
        this.soon();
      },
    };
  }

  /** What is known of an ask now. */
  answer(ask: CurveAsk): CurveAnswer {
    const curves: Curve[] = [];
    let pending = false;
    let busy = false;
    let error: Error | null = null;
    const view = viewOf(ask);
    for (const run of ask.runs) {
      const entry = this.entries.get(idOf(view, run, ask.key));
      if (!entry) {
        pending = true;
        busy = true;
        continue;
      }
      entry.used = ++this.clock;
      if (entry.curve && entry.curve.length > 0) curves.push(entry.curve);
      if (entry.error) error = entry.error;
      else if (!entry.known) pending = true;
      if (entry.request) busy = true;
    }
    return { curves, pending, busy, error };
  }

  /** The run has new rows. */
  touch(run: string): void {
    let watched = false;
    for (const entry of this.entries.values())
      if (entry.run === run) {
        entry.stale = true;
        watched = true;
      }
    if (watched) this.refreshSoon();
  }

  /** Something may have been missed: everything is read again. */
  touchAll(): void {
    for (const entry of this.entries.values()) entry.stale = true;
    this.refreshSoon();
  }

  /** Tries again what failed. */
  retry(): void {
    for (const entry of this.entries.values())
      if (entry.error) {
        entry.error = null;
        entry.stale = true;
      }
    this.soon();
  }

  /** Nobody looks any more: what is on its way is cancelled, what is known stays for a return. */
  rest(): void {
    for (const request of [...this.running]) this.drop(request);
    if (this.gather) clearTimeout(this.gather);
    if (this.live) clearTimeout(this.live);
    this.gather = null;
    this.live = null;
    for (const entry of this.entries.values()) entry.stale = true;
    if (this.watches.size > 0) this.soon();
  }

  private refreshSoon(): void {
    if (this.live) return;
    const wait = Math.max(GATHER_MS, this.lastLive + LIVE_MS - Date.now());
    this.live = setTimeout(() => {
      this.live = null;
      this.lastLive = Date.now();
      this.flush();
    }, wait);
  }

  private soon(): void {
    this.gather ??= setTimeout(() => {
      this.gather = null;
      this.flush();
    }, GATHER_MS);
  }

  private flush(): void {
    const wanted = new Map<string, Entry>();
    const asks = new Map<string, CurveAsk>();
    const refreshing = Date.now() - this.lastLive < 5;
    for (const { ask } of this.watches) {
      const view = viewOf(ask);
      asks.set(view, ask);
      for (const run of ask.runs) {
        const id = idOf(view, run, ask.key);
        let entry = this.entries.get(id);
        if (!entry) {
          entry = {
            view,
            run,
            key: ask.key,
            curve: null,
            known: false,
            stale: true,
            request: null,
            error: null,
            used: ++this.clock,
          };
          this.entries.set(id, entry);
        }
        wanted.set(id, entry);
      }
    }
    for (const request of [...this.running])
      if (!request.entries.some((entry) => wanted.has(idOf(entry.view, entry.run, entry.key)))) this.drop(request);
    const missing: Entry[] = [];
    // what was never read cannot wait for the next live refresh; what is merely old can
    for (const entry of wanted.values())
      if (!entry.request && !entry.error && entry.stale && (!entry.known || refreshing || !this.live))
        missing.push(entry);
    for (const [view, entries] of groupBy(missing, (entry) => entry.view)) {
      const ask = asks.get(view);
      if (!ask) continue;
      for (const part of split(entries, ask.buckets)) {
        if (this.running.size >= REQUESTS_AT_ONCE) return;
        void this.fetch(ask, part);
      }
    }
    this.forget(wanted);
  }

  private async fetch(ask: CurveAsk, entries: Entry[]): Promise<void> {
    const request: Request = { abort: new AbortController(), entries };
    this.running.add(request);
    for (const entry of entries) {
      entry.request = request;
      entry.stale = false;
    }
    this.tell(entries);
    try {
      const series = await this.read(
        {
          runs: [...new Set(entries.map((entry) => entry.run))],
          keys: [...new Set(entries.map((entry) => entry.key))],
          stream: ask.stream,
          x: ask.x,
          first: ask.first,
          last: ask.last,
          buckets: ask.buckets,
        },
        request.abort.signal,
      );
      if (!this.running.has(request)) return;
      const found = new Map(series.curves.map((curve) => [`${curve.run}\n${curve.key}`, curve]));
      for (const entry of entries) {
        entry.curve = found.get(`${entry.run}\n${entry.key}`) ?? null;
        entry.known = true;
        entry.error = null;
      }
    } catch (error) {
      if (!this.running.has(request)) return;
      for (const entry of entries) entry.error = error instanceof Error ? error : new Error(String(error));
      setTimeout(() => this.retry(), RETRY_MS);
    } finally {
      if (this.running.delete(request)) {
        for (const entry of entries) entry.request = null;
        this.tell(entries);
        this.soon();
      }
    }
  }

  /** Lets go of a request no one waits for. */
  private drop(request: Request): void {
    this.running.delete(request);
    request.abort.abort();
    for (const entry of request.entries) {
      entry.request = null;
      entry.stale = true;
    }
  }

  private tell(entries: readonly Entry[]): void {
    const touched = new Set(entries.map((entry) => `${entry.view}\n${entry.key}`));
    for (const watch of [...this.watches]) if (touched.has(`${viewOf(watch.ask)}\n${watch.ask.key}`)) watch.tell();
  }

  private forget(wanted: ReadonlyMap<string, Entry>): void {
    if (this.entries.size <= KEPT_ENTRIES) return;
    const idle = [...this.entries].filter(([id, entry]) => !wanted.has(id) && !entry.request);
    idle.sort(([, a], [, b]) => a.used - b.used);
    for (const [id] of idle.slice(0, this.entries.size - KEPT_ENTRIES)) this.entries.delete(id);
  }
}

function viewOf(ask: CurveAsk): string {
  return `${ask.stream}\n${ask.x}\n${ask.first ?? ""}\n${ask.last ?? ""}\n${ask.buckets}`;
}

function idOf(view: string, run: string, key: string): string {
  return `${view}\n${run}\n${key}`;
}

function groupBy<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const item of items) {
    const name = by(item);
    const list = out.get(name);
    if (list) list.push(item);
    else out.set(name, [item]);
  }
  return out;
}

/** Cuts what is missing into requests: keys wanted of the same runs go together, up to a bearable answer. */
export function split<E extends { run: string; key: string }>(entries: readonly E[], buckets: number): E[][] {
  const byKey = groupBy(entries, (entry) => entry.key);
  const byRuns = groupBy([...byKey.values()], (list) => list.map((entry) => entry.run).join("\n"));
  const out: E[][] = [];
  for (const lists of byRuns.values()) {
    let part: E[] = [];
    for (const list of lists) {
      if (part.length > 0 && (part.length + list.length) * buckets > ROWS_A_REQUEST) {
        out.push(part);
        part = [];
      }
      part.push(...list);
    }
    if (part.length > 0) out.push(part);
  }
  return out;
}
