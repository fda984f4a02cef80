/** The terminal of a run, true to what it showed: colours, progress bars as they stood last, and search. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { readConsole } from "@/api/console";
import type { ConsoleLine, Run } from "@/api/types";
import { Button, EmptyState, ErrorState, errorMessage, IconButton, Search, Segmented, Skeleton, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ago, clock, moment, useNow } from "@/ui/times";
import { useAddress } from "../../parts/address";
import { useSettled } from "../../parts/debounce";
import { saveText } from "../../runs/csv";
import { isError, pieces, plainText } from "./ansi";
import { MarkedPieces, Pieces } from "./Pieces";
import { nextHit, type StreamChoice } from "./search";
import { useConsole, useFinding } from "./store";
import "./logs.css";
import "./pieces.css";

const LINE_PX = 20;
const NEAR_END_PX = 40;
const DOWNLOAD_PAGE = 5000;

export default function Logs({ run }: { run: Run }) {
  const t = useText();
  const store = useConsole(run);
  const [address, setAddress] = useAddress();
  const [typed, setTyped] = useState("");
  const wanted = useSettled(typed, 200);
  const [stream, setStream] = useState<StreamChoice>("all");
  const [times, setTimes] = useState(true);
  const [wrap, setWrap] = useState(false);
  const running = run.state === "running";
  const [follow, setFollow] = useState(running && !address.line);
  const [hit, setHit] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const finding = useFinding(store, wanted, stream);
  const shown = stream === "all" ? null : (finding?.ofStream ?? []);
  const rows = shown ? shown.length : (store.total ?? 0);
  const numberAt = (row: number) => (shown ? (shown[row] ?? 0) : row);

  const list = useVirtualizer({
    count: rows,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
    paddingStart: 4,
    paddingEnd: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines change their height when wrapping does.
  useEffect(() => list.measure(), [wrap]);
  const items = list.getVirtualItems();
  const firstLine = items.length > 0 ? numberAt(items[0]?.index ?? 0) : 0;
  const lastLine = items.length > 0 ? numberAt(items.at(-1)?.index ?? 0) : 0;
  const { want } = store;
  useEffect(() => {
    if (store.total !== null) want(firstLine, Math.min(lastLine, firstLine + 4000));
  }, [want, firstLine, lastLine, store.total]);

  useEffect(() => {
    if (follow && rows > 0) list.scrollToIndex(rows - 1, { align: "end" });
  }, [follow, rows, list]);

  const goTo = (line: number) => {
    const row = shown ? shown.indexOf(line) : line;
    if (row >= 0) list.scrollToIndex(row, { align: "center" });
  };
  const asked = address.line === undefined ? null : Number(address.line) - 1;
  const reached = useRef(false);
  useEffect(() => {
    if (asked === null || reached.current || store.total === null || !Number.isFinite(asked)) return;
    reached.current = true;
    list.scrollToIndex(asked, { align: "center" });
  }, [asked, store.total, list]);

  const topRow = () => Math.max(0, Math.floor((box.current?.scrollTop ?? 0) / LINE_PX));
  const hits = finding?.hits ?? [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new search begins at what is in sight.
  useEffect(() => {
    if (!wanted || hits.length === 0) return setHit(-1);
    const place = nextHit(hits, numberAt(topRow()) - 1, 1);
    setHit(place);
    setFollow(false);
    goTo(hits[place] as number);
  }, [wanted, hits.length > 0]);
  const step = (by: 1 | -1) => {
    if (hits.length === 0) return;
    const place = hit < 0 ? 0 : (hit + by + hits.length) % hits.length;
    setHit(place);
    setFollow(false);
    goTo(hits[place] as number);
  };

  const onScroll = () => {
    const element = box.current;
    if (!element || !follow) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight > NEAR_END_PX * 3) setFollow(false);
  };

  const download = async () => {
    try {
      const out: string[] = [];
      for (let first = 0; ; first += DOWNLOAD_PAGE) {
        const page = await readConsole(run.entity, run.project, run.id, first, DOWNLOAD_PAGE);
        for (const line of page.lines) out.push(plainText(line.text));
        if (page.lines.length === 0 || first + page.lines.length >= page.total) break;
      }
      saveText(`${out.join("\n")}\n`, `${run.name || run.id}.log`, "text/plain");
    } catch (error) {
      toast(errorMessage(error, t.common.errors), { kind: "failed" });
    }
  };

  if (store.error && store.total === null) return <ErrorState error={store.error} onRetry={store.retry} />;
  if (store.total === null)
    return (
      <div className="run-wait">
        <Skeleton rows={16} height={10} gap={10} />
      </div>
    );
  if (store.total === 0)
    return (
      <EmptyState icon="term" title={t.run.noLogsTitle}>
        {running ? t.run.noLogsWhy : t.run.noLogsEnded}
      </EmptyState>
    );
  return (
    <div className="logs">
      <div className="logs-bar">
        <Search
          value={typed}
          onChange={setTyped}
          placeholder={t.run.logsSearch}
          className="logs-search"
          code
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          }}
          after={
            wanted && (
              <>
                <span className="t3 num logs-hits" role="status">
                  {hits.length > 0
                    ? t.run.logsHits(count(hit + 1), `${count(hits.length)}${finding?.done ? "" : "+"}`)
                    : finding?.done
                      ? t.run.logsNoHits
                      : t.run.logsScanning}
                </span>
                <IconButton
                  icon="up"
                  small
                  label={t.run.previous}
                  disabled={hits.length === 0}
                  onClick={() => step(-1)}
                />
                <IconButton icon="down" small label={t.run.next} disabled={hits.length === 0} onClick={() => step(1)} />
              </>
            )
          }
        />
        <Segmented
          label="stream"
          value={stream}
          options={(["all", "stdout", "stderr"] as const).map((id) => ({ id, name: t.run.streams[id] }))}
          onChange={setStream}
        />
        <span className="grow" />
        <Button
          variant="bare"
          icon="clock"
          aria-label={t.run.time}
          aria-pressed={times}
          className={times ? "on" : ""}
          onClick={() => setTimes(!times)}
        >
          <span className="logs-wide">{t.run.time}</span>
        </Button>
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
        <Button icon="download" aria-label={t.common.download} onClick={() => void download()}>
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
      <div
        ref={box}
        className={`logs-lines${wrap ? " wrap" : ""}${times ? "" : " no-times"}`}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t.run.tabs.logs}
      >
        <div style={{ height: list.getTotalSize(), position: "relative", minWidth: "100%" }}>
          {items.map((item) => {
            const number = numberAt(item.index);
            return (
              <Line
                key={item.key}
                row={item.index}
                measure={wrap ? list.measureElement : undefined}
                top={item.start}
                number={number}
                line={store.line(number)}
                wanted={wanted}
                current={hits[hit] === number}
                marked={asked === number}
                onMark={() => setAddress({ line: asked === number ? undefined : String(number + 1) })}
              />
            );
          })}
        </div>
      </div>
      <Foot run={run} total={store.total} last={store.line(store.total - 1)} running={running} />
    </div>
  );
}

function Foot({
  run,
  total,
  last,
  running,
}: {
  run: Run;
  total: number;
  last: ConsoleLine | undefined;
  running: boolean;
}) {
  const t = useText();
  const now = useNow();
  return (
    <footer className="logs-foot num">
      <span>{t.run.logsLines(count(total))}</span>
      {run.attempts.length > 1 && (
        <span>
          {t.run.attempts} {run.attempts.length}
        </span>
      )}
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

interface LineProps {
  row: number;
  top: number;
  number: number;
  line: ConsoleLine | undefined;
  wanted: string;
  current: boolean;
  marked: boolean;
  measure: ((element: HTMLElement | null) => void) | undefined;
  onMark: () => void;
}

const Line = memo(
  function Line({ row, top, number, line, wanted, current, marked, measure, onMark }: LineProps) {
    const parts = useMemo(() => (line ? pieces(line.text) : []), [line]);
    const text = parts.map((part) => part.text).join("");
    const bad = line?.stream === "stderr" && isError(text);
    const names = `logs-line${marked ? " at" : ""}${bad ? " err" : ""}`;
    return (
      <div ref={measure} data-index={row} className={names} style={{ transform: `translateY(${top}px)` }}>
        <button type="button" className="logs-number" tabIndex={-1} onClick={onMark}>
          {count(number + 1)}
        </button>
        <span className="logs-time" title={line && moment(line.time)}>
          {line ? clock(line.time) : ""}
        </span>
        <span className="logs-stream">{line ? (line.stream === "stderr" ? "err" : "out") : ""}</span>
        <span className="logs-text term-text">
          {line?.label && <span className="logs-label">{line.label}</span>}
          {line ? (
            wanted ? (
              <MarkedPieces pieces={parts} text={text} wanted={wanted} current={current} />
            ) : (
              <Pieces pieces={parts} />
            )
          ) : (
            <i className="logs-waiting" />
          )}
        </span>
      </div>
    );
  },
  (a, b) =>
    a.line === b.line &&
    a.top === b.top &&
    a.number === b.number &&
    a.wanted === b.wanted &&
    a.current === b.current &&
    a.marked === b.marked &&
    a.measure === b.measure,
);
