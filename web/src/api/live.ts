/**
 * Live events of a project: one stream a project however many listen.
 *
 * A hidden tab lets go of its stream after a while and asks for everything anew when it is shown again. A stream that
 * breaks is tried again with growing pauses, and what was missed is read again once it stands.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { noteServer, onServerAway, serverIsAway } from "./client";
import { filesQuery } from "./files";
import { runQuery } from "./runs";

export interface RowsEvent {
  run: string;
  /** Null where an edit took all of the history away. */
  last_step: number | null;
  time: number;
}

export interface LiveListener {
  /** New rows of a run, at most twice a second a run. */
  onRows?: (event: RowsEvent) => void;
  /** The attributes, state, config or summary of a run changed, or it is new. */
  onRun?: (event: { run: string }) => void;
  /** `lines` is how many console lines the run has now. */
  onConsole?: (event: { run: string; lines: number }) => void;
  onFiles?: (event: { run: string }) => void;
  /** A run said something aloud. */
  onAlert?: (event: { run: string }) => void;
  /** The state of a sweep, its runs or its agents changed. */
  onSweep?: (event: { sweep: string }) => void;
  /** An artifact has a version more or less, or something else is said of it. */
  onArtifact?: (event: { artifact: string }) => void;
  /** The stream stands again after a gap: what was shown may be old. */
  onGap?: () => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const HIDDEN_GRACE_MS = 20_000;

class Channel {
  private readonly listeners = new Set<LiveListener>();
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private hide: ReturnType<typeof setTimeout> | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private gap = false;

  constructor(private readonly project: string) {}

  add(listener: LiveListener): void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) {
      document.addEventListener("visibilitychange", this.onVisibility);
      this.open();
    }
  }

  /** True when nobody listens any more and the stream is closed. */
  remove(listener: LiveListener): boolean {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return false;
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.close();
    return true;
  }

  private open(): void {
    if (this.source || this.listeners.size === 0) return;
    const source = new EventSource(`/api/live?project=${encodeURIComponent(this.project)}`);
    this.source = source;
    source.onopen = () => {
      noteServer(false);
      this.pauseMs = FIRST_PAUSE_MS;
      if (this.gap) {
        this.gap = false;
        for (const listener of this.listeners) listener.onGap?.();
      }
    };
    source.onerror = () => {
      if (this.source !== source) return;
      this.close();
      this.gap = true;
      void this.probe();
      this.retry = setTimeout(() => this.open(), this.pauseMs * (0.75 + Math.random() / 2));
      this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    };
    const on = <T>(name: string, tell: (listener: LiveListener, event: T) => void) =>
      source.addEventListener(name, (message) => {
        let event: T;
        try {
          event = JSON.parse((message as MessageEvent<string>).data) as T;
        } catch {
          return;
        }
        for (const listener of this.listeners) tell(listener, event);
      });
    on<RowsEvent>("rows", (listener, event) => listener.onRows?.(event));
    on<{ run: string }>("run", (listener, event) => listener.onRun?.(event));
    on<{ run: string; lines: number }>("console", (listener, event) => listener.onConsole?.(event));
    on<{ run: string }>("files", (listener, event) => listener.onFiles?.(event));
    on<{ run: string }>("alert", (listener, event) => listener.onAlert?.(event));
    on<{ sweep: string }>("sweep", (listener, event) => listener.onSweep?.(event));
    on<{ artifact: string }>("artifact", (listener, event) => listener.onArtifact?.(event));
  }

  /** A broken stream does not say why; whether anybody is there does. */
  private async probe(): Promise<void> {
    try {
      await fetch("/healthz", { cache: "no-store" });
      noteServer(false);
    } catch {
      noteServer(true);
    }
  }

  private close(): void {
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
    this.source?.close();
    this.source = null;
  }

  private readonly onVisibility = (): void => {
    if (document.hidden) {
      this.hide = setTimeout(() => {
        this.gap = true;
        this.close();
      }, HIDDEN_GRACE_MS);
      return;
    }
    if (this.hide) clearTimeout(this.hide);
    this.hide = null;
    this.open();
  };
}

const channels = new Map<string, Channel>();

export function listen(entity: string, project: string, listener: LiveListener): () => void {
  const name = `${entity}/${project}`;
  let channel = channels.get(name);
  if (!channel) {
    channel = new Channel(name);
    channels.set(name, channel);
  }
  channel.add(listener);
  return () => {
    if (channel.remove(listener)) channels.delete(name);
  };
}

/** Hears the events of a project for as long as the component stands. The listener may change between renders. */
export function useLive(entity: string, project: string, listener: LiveListener): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    if (!entity || !project) return;
    return listen(entity, project, {
      onRows: (event) => current.current.onRows?.(event),
      onRun: (event) => current.current.onRun?.(event),
      onConsole: (event) => current.current.onConsole?.(event),
      onFiles: (event) => current.current.onFiles?.(event),
      onAlert: (event) => current.current.onAlert?.(event),
      onSweep: (event) => current.current.onSweep?.(event),
      onArtifact: (event) => current.current.onArtifact?.(event),
      onGap: () => current.current.onGap?.(),
    });
  }, [entity, project]);
}

const REFRESH_MS = 1000;

/**
 * Keeps what was read of a project's runs fresh: short lists, single runs, their files. Curves are their panels' own,
 * and long lists read in pages (`useRunPages`) are patched run by run by the table that shows them.
 */
export function useLiveRuns(entity: string, project: string): void {
  const cache = useQueryClient();
  const pending = useRef<{ runs: Set<string>; timer: ReturnType<typeof setTimeout> | null }>({
    runs: new Set(),
    timer: null,
  });
  const soon = (run: string) => {
    const state = pending.current;
    state.runs.add(run);
    state.timer ??= setTimeout(() => {
      state.timer = null;
      const changed = [...state.runs];
      state.runs.clear();
      refresh(cache, entity, project, changed);
    }, REFRESH_MS);
  };
  useEffect(
    () => () => {
      if (pending.current.timer) clearTimeout(pending.current.timer);
      pending.current.timer = null;
    },
    [],
  );
  useLive(entity, project, {
    onRun: (event) => soon(event.run),
    onRows: (event) => soon(event.run),
    onFiles: (event) => {
      readAgain(cache, filesQuery(entity, project, event.run).queryKey);
    },
    onGap: () => {
      void cache.invalidateQueries();
    },
  });
}

function refresh(cache: QueryClient, entity: string, project: string, runs: string[]): void {
  readAgain(cache, ["runs", entity, project]);
  readAgain(cache, ["columns", entity, project]);
  readAgain(cache, ["project-keys", entity, project]);
  readAgain(cache, ["project", entity, project]);
  for (const run of runs) {
    readAgain(cache, runQuery(entity, project, run).queryKey);
    readAgain(cache, ["run-keys", entity, project, run]);
    readAgain(cache, ["edits", entity, project, run]);
  }
}

/**
 * Has what is shown of it read again after an event. What failed stays said: were it asked for again with each event,
 * the reason would be gone before anybody has read it.
 */
export function readAgain(cache: QueryClient, queryKey: readonly unknown[]): void {
  void cache.invalidateQueries({
    queryKey,
    predicate: ({ state }) => state.data !== undefined || state.status !== "error",
  });
}

/** True while the server does not answer; the frame shows a quiet line then, and it goes by itself. */
export function useServerAway(): boolean {
  return useSyncExternalStore(onServerAway, serverIsAway);
}

const AWAY_PROBE_MS = 2000;

/** While the server is away, asks whether it is back, and then has everything on the page read again. Mount once. */
export function useRecovery(): void {
  const cache = useQueryClient();
  const away = useServerAway();
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(async () => {
      try {
        const answer = await fetch("/healthz", { cache: "no-store" });
        if (!answer.ok) return;
        noteServer(false);
        await cache.invalidateQueries();
      } catch {
        // still away
      }
    }, AWAY_PROBE_MS);
    return () => clearInterval(timer);
  }, [away, cache]);
}
