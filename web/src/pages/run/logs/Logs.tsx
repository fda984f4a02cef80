/** The terminal of a run, true to what it showed: colours, progress bars as they stood last, and search. */
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { at, withParams } from "@/api/client";
import { type ConsoleSearch, readConsoleAt } from "@/api/console";
import type { ConsoleLine, Run } from "@/api/types";
import { useKeys } from "@/frame/keys";
import {
  Button,
  Chip,
  EmptyState,
  ErrorState,
  errorMessage,
  IconButton,
  Menu,
  type MenuItem,
  Search,
  Segmented,
  Skeleton,
  toast,
} from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ago, useNow } from "@/ui/times";
import { useAddress } from "../../parts/address";
import { useSettled } from "../../parts/debounce";
import { readTimeOf, useTimeOf } from "../cursor/time-of";
import { GoTo } from "./GoTo";
import type { Goal } from "./go-to";
import { Line, type Times } from "./Line";
import { LineWindow, type LineWindowHandle } from "./LineWindow";
import { finder, LEVELS, type LevelChoice, nextHit, type StreamChoice } from "./search";
import { useConsole, useFinding } from "./store";
import { placeOf } from "./window";
import "./logs.css";
import "./pieces.css";

const PLAIN: ConsoleSearch = {};

export default function Logs({ run }: { run: Run }) {
  const t = useText();
  const store = useConsole(run);
  const [address, setAddress] = useAddress();
  const { total, want } = store;
  const running = run.state === "running";

  const [typed, setTyped] = useState(address.find ?? "");
  const [regex, setRegex] = useState(address.regex === "1");
  const wanted = useSettled(typed, 200);
  const [stream, setStream] = useState<StreamChoice>("all");
  const [levels, setLevels] = useState<readonly LevelChoice[]>([]);
  const [attempt, setAttempt] = useState<number | null>(null);
  const [times, setTimes] = useState<Times>("clock");
  const [wrap, setWrap] = useState(() => window.matchMedia("(max-width: 760px)").matches);
  const [follow, setFollow] = useState(running && !address.line && !address.step && !address.at);
  const list = useRef<LineWindowHandle>(null);
  const box = useRef<HTMLInputElement>(null);

  const filter = useMemo((): ConsoleSearch | null => {
    const made: ConsoleSearch = {
      stream: stream === "all" ? undefined : stream,
      level: levels.length > 0 ? levels.join(",") : undefined,
      attempt: attempt ?? undefined,
    };
    return Object.values(made).some((value) => value !== undefined) ? made : null;
  }, [stream, levels, attempt]);
  const filtered = useFinding(run, filter, total);
  const mark = useMemo(() => finder(wanted, regex), [wanted, regex]);
  const hitSearch = useMemo(
    () => (mark ? { ...(filter ?? PLAIN), find: wanted, regex: regex || undefined } : null),
    [mark, wanted, regex, filter],
  );
  const found = useFinding(run, hitSearch, total);
  const hits = found?.lines ?? NONE;
  const shown = filter ? (filtered?.lines ?? NONE) : null;
  const rows = shown ? shown.length : (total ?? 0);
  const numberAt = useCallback((row: number) => (shown ? (shown[row] ?? 0) : row), [shown]);
  const rowOf = useCallback((line: number) => (shown ? placeOf(shown, line) : line), [shown]);

  const onSight = useCallback(
    (first: number, end: number) => want(Array.from({ length: end - first }, (_, i) => numberAt(first + i))),
    [want, numberAt],
  );
  const goToLine = useCallback(
    (line: number) => {
      setFollow(false);
      list.current?.show(rowOf(line));
    },
    [rowOf],
  );

  const asked = address.line === undefined ? null : Number(address.line) - 1;
  const step = address.step === undefined ? Number.NaN : Number(address.step);
  const cursorLine = useLineOfStep(run, Number.isFinite(step) ? step : null);
  const target = asked ?? cursorLine;
  const reached = useRef(false);
  useEffect(() => {
    if (reached.current || target === null || total === null || !Number.isFinite(target)) return;
    reached.current = true;
    requestAnimationFrame(() => goToLine(target));
  }, [target, total, goToLine]);

  const [hit, setHit] = useState<number | null>(null);
  // a new search begins at what is in sight
  const begun = useRef("");
  const searched = `${wanted} ${regex} ${JSON.stringify(filter)}`;
  useEffect(() => {
    if (hits.length === 0) return setHit(null);
    if (begun.current === searched) return;
    begun.current = searched;
    const line = hits[nextHit(hits, numberAt(list.current?.top() ?? 0) - 1, 1)] as number;
    setHit(line);
    goToLine(line);
  }, [searched, hits, numberAt, goToLine]);
  const place = hit === null ? -1 : placeOf(hits, hit);
  const stepHit = (by: 1 | -1) => {
    if (hits.length === 0) return;
    const line = hits[place < 0 ? 0 : (place + by + hits.length) % hits.length] as number;
    setHit(line);
    goToLine(line);
  };
  useKeys({ "/": () => box.current?.focus(), n: () => stepHit(1), N: () => stepHit(-1), f: () => setFollow(!follow) });

  const go = async (goal: Goal): Promise<boolean> => {
    try {
      const line = await lineOf(run, goal);
      if (line === null || line >= (total ?? 0)) return false;
      setAddress({ line: String(line + 1) });
      goToLine(line);
      return true;
    } catch (error) {
      toast(errorMessage(error, t.common.errors), { kind: "failed" });
      return false;
    }
  };
  const moment = address.at === undefined ? Number.NaN : Number(address.at);
  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current || !total || !Number.isFinite(moment)) return;
    arrived.current = true;
    void lineOf(run, { kind: "time", time: moment }).then(
      (line) => line !== null && requestAnimationFrame(() => goToLine(Math.min(line, total - 1))),
      () => undefined,
    );
  }, [moment, total, run, goToLine]);
  const onMark = useCallback(
    (number: number) => setAddress({ line: asked === number ? undefined : String(number + 1) }),
    [asked, setAddress],
  );

  if (store.error && total === null) return <ErrorState error={store.error} onRetry={store.retry} />;
  if (total === null)
    return (
      <div className="run-wait">
        <Skeleton rows={16} height={10} gap={10} />
      </div>
    );
  if (total === 0)
    return (
      <EmptyState icon="term" title={t.run.noLogsTitle}>
        {running ? t.run.noLogsWhy : t.run.noLogsEnded}
      </EmptyState>
    );
  const badPattern = found?.error ?? (wanted && regex && mark === null ? new Error(t.logs.badPattern) : null);
  return (
    <div className="logs">
      <div className="logs-bar">
        <Search
          value={typed}
          onChange={setTyped}
          placeholder={t.run.logsSearch}
          className="logs-search"
          inputRef={box}
          invalid={badPattern !== null}
          code
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === "Enter") stepHit(event.shiftKey ? -1 : 1);
            if (event.key === "Escape") setTyped("");
          }}
          after={
            <>
              {wanted && (
                <span className="t3 num logs-hits" role="status">
                  {hits.length > 0
                    ? t.run.logsHits(count(place + 1), `${count(hits.length)}${found?.done ? "" : "+"}`)
                    : badPattern
                      ? t.logs.noPattern
                      : found?.done
                        ? t.run.logsNoHits
                        : t.run.logsScanning}
                </span>
              )}
              {wanted && hits.length > 0 && (
                <>
                  <IconButton icon="up" small label={t.run.previous} onClick={() => stepHit(-1)} />
                  <IconButton icon="down" small label={t.run.next} onClick={() => stepHit(1)} />
                </>
              )}
              <button
                type="button"
                className={regex ? "logs-regex on" : "logs-regex"}
                aria-pressed={regex}
                title={t.logs.regex}
                aria-label={t.logs.regex}
                onClick={() => setRegex(!regex)}
              >
                .*
              </button>
            </>
          }
        />
        <Segmented
          label={t.logs.stream}
          value={stream}
          options={(["all", "stdout", "stderr"] as const).map((id) => ({ id, name: t.run.streams[id] }))}
          onChange={setStream}
        />
        <Menu
          stay
          trigger={
            <Chip
              label={t.logs.level}
              value={levels.length > 0 ? levels.map((level) => t.logs.levels[level]).join(", ") : t.logs.allLevels}
              set={levels.length > 0}
            />
          }
          items={LEVELS.map((level) => ({
            id: level,
            label: t.logs.levels[level],
            checked: levels.includes(level),
            onSelect: () =>
              setLevels(levels.includes(level) ? levels.filter((one) => one !== level) : [...levels, level]),
          }))}
        />
        {run.attempts.length > 1 && (
          <Menu
            trigger={
              <Chip
                label={t.logs.writer}
                value={attempt === null ? t.logs.allLevels : writerName(run, attempt, t.run.attempt)}
                set={attempt !== null}
              />
            }
            items={[
              { id: "all", label: t.logs.allWriters, checked: attempt === null, onSelect: () => setAttempt(null) },
              ...run.attempts.map(
                (each): MenuItem => ({
                  id: each.journal,
                  label: writerName(run, each.number, t.run.attempt),
                  hint: t.run.lines(count(each.lines)),
                  checked: attempt === each.number,
                  onSelect: () => setAttempt(each.number),
                }),
              ),
            ]}
          />
        )}
        <GoTo run={run} onGo={go} />
        <span className="grow" />
        <Menu
          align="end"
          trigger={
            <Button variant="bare" icon="clock" aria-label={t.run.time} className={times === "off" ? "" : "on"}>
              <span className="logs-wide">{t.run.time}</span>
            </Button>
          }
          items={(["clock", "elapsed", "off"] as const).map((id) => ({
            id,
            label: t.logs.times[id],
            checked: times === id,
            onSelect: () => setTimes(id),
          }))}
        />
        <Button
          variant="bare"
          icon="wrap"
          aria-label={t.run.wrap}
          aria-pressed={wrap}
          className={wrap ? "on" : ""}
          onClick={() => setWrap(!wrap)}
        >
          <span className="logs-wide">{t.run.wrap}</span>
        </Button>
        <Button icon="download" aria-label={t.common.download} onClick={() => download(run)}>
          <span className="logs-wide">{t.common.download}</span>
        </Button>
        <Button
          icon="last"
          variant={follow ? "primary" : "plain"}
          aria-pressed={follow}
          onClick={() => setFollow(!follow)}
        >
          {t.run.follow}
        </Button>
      </div>
      {badPattern && <ErrorState inline error={badPattern} />}
      {filter && filtered?.error ? <ErrorState inline error={filtered.error} /> : null}
      {rows === 0 ? (
        filtered?.done ? (
          <EmptyState
            icon="term"
            title={t.logs.noneTitle}
            action={
              <Button
                onClick={() => {
                  setStream("all");
                  setLevels([]);
                  setAttempt(null);
                }}
              >
                {t.logs.showAll}
              </Button>
            }
          >
            {t.logs.noneWhy(count(total))}
          </EmptyState>
        ) : (
          <div className="run-wait">
            <Skeleton rows={16} height={10} gap={10} />
          </div>
        )
      ) : (
        <LineWindow
          rows={rows}
          wrap={wrap}
          follow={follow}
          onLeaveEnd={() => setFollow(false)}
          onSight={onSight}
          className={`logs-lines${wrap ? " wrap" : ""}${times === "off" ? " no-times" : ""}`}
          label={t.run.tabs.logs}
          handle={list}
          line={(row) => {
            const number = numberAt(row);
            return (
              <Line
                key={number}
                number={number}
                line={store.line(number)}
                wanted={mark}
                current={hit === number}
                marked={asked === number}
                atCursor={cursorLine === number}
                times={times}
                began={run.created_at}
                title={t.logs.linkTo}
                onMark={onMark}
              />
            );
          }}
        />
      )}
      <Foot
        total={total}
        shown={shown ? rows : null}
        settled={filtered?.done ?? true}
        last={store.line(total - 1)}
        running={running}
        cursor={
          cursorLine === null ? null : (
            <button type="button" className="logs-cursor" onClick={() => goToLine(cursorLine)}>
              {t.logs.cursorAt(count(step), count(cursorLine + 1))}
            </button>
          )
        }
      />
    </div>
  );
}

const NONE: readonly number[] = [];

function writerName(run: Run, attempt: number, words: (n: number) => string): string {
  const labels = run.metadata.labels;
  const label =
    typeof labels === "object" && labels !== null ? (labels as Record<string, unknown>)[String(attempt)] : undefined;
  return typeof label === "string" && label ? label : words(attempt + 1);
}

/** The line the run stood at when it was at a step; null where no step is looked at or it printed nothing. */
function useLineOfStep(run: Run, step: number | null): number | null {
  const time = useTimeOf(run, step);
  const [line, setLine] = useState<number | null>(null);
  useEffect(() => {
    if (time === null) return setLine(null);
    const stop = new AbortController();
    readConsoleAt(run.entity, run.project, run.id, time, 0, 1, stop.signal).then(
      (page) => setLine(page.lines[0]?.line ?? null),
      () => undefined,
    );
    return () => stop.abort();
  }, [run.entity, run.project, run.id, time]);
  return line;
}

async function lineOf(run: Run, goal: Goal): Promise<number | null> {
  if (goal.kind === "line") return goal.line;
  const time = goal.kind === "time" ? goal.time : await readTimeOf(run, goal.step);
  if (time === null) return null;
  const page = await readConsoleAt(run.entity, run.project, run.id, time, 0, 1);
  return page.lines[0]?.line ?? null;
}

/** The server streams all of it, without colours, so that a million lines are no burden here. */
function download(run: Run): void {
  const link = document.createElement("a");
  link.href = withParams(at("runs", run.entity, run.project, run.id, "console.txt"), { plain: "true" });
  link.download = `${run.name || run.id}.log`;
  link.click();
}

interface FootProps {
  total: number;
  /** How many of them the filter leaves. */
  shown: number | null;
  settled: boolean;
  last: ConsoleLine | undefined;
  running: boolean;
  cursor: React.ReactNode;
}

function Foot({ total, shown, settled, last, running, cursor }: FootProps) {
  const t = useText();
  const now = useNow();
  return (
    <footer className="logs-foot num">
      <span>
        {shown === null
          ? t.run.logsLines(count(total))
          : t.logs.shownOf(`${count(shown)}${settled ? "" : "+"}`, count(total))}
      </span>
      {cursor}
      <span className="grow" />
      {last && (
        <span className="logs-last">
          {running && <i />}
          {t.run.lastLine(ago(last.time, Math.max(now, last.time)))}
        </span>
      )}
    </footer>
  );
}
