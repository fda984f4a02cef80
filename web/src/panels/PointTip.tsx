import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { readRows } from "@/api/runs";
import type { Curve } from "@/api/series";
import { useKeys } from "@/frame/keys";
import type { Line } from "@/plot/curve";
import { type Near, xText } from "@/plot/LinePlot";
import { whole } from "@/plot/ticks";
import { goalOf } from "@/state/goals";
import { useStore } from "@/state/store";
import { CopyButton, Icon, IconButton, Search } from "@/ui";
import { columnDecimals, inColumn } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { clock, duration } from "@/ui/times";
import { type Pointer, useBoard } from "./board";
import { shortened } from "./line/names";

const ROWS = 10;
const LONGEST = 36;
/** How far the tooltip stays from the pointer. */
const AWAY = 18;
const EDGE = 8;

/** What the pixel under the pointer stands for. One for the whole board; a click on a plot pins it. */
export function PointTip() {
  const board = useBoard();
  const live = useStore(board.pointer, (at) => at);
  const pinned = useStore(board.pinned, (at) => at);
  const at = pinned ?? live;
  useKeys({ Escape: () => board.pinned.set(null) }, pinned !== null);
  if (!at || at.near.length === 0) return null;
  return createPortal(<Tip at={at} pinned={pinned !== null} />, document.body);
}

function Tip({ at, pinned }: { at: Pointer; pinned: boolean }) {
  const words = useText();
  const t = words.workspace.tip;
  const { lines } = words;
  const board = useBoard();
  const box = useRef<HTMLDivElement>(null);
  const details = useShift();
  const hovered = useStore(board.hover, (id) => id);
  const [search, setSearch] = useState("");
  const byId = useMemo(() => new Map(at.lines.map((line) => [line.id, line])), [at.lines]);
  const found = useMemo(() => (pinned ? rowsOf(at.near, byId, search) : at.near), [pinned, at.near, byId, search]);
  const rows = pinned ? found : found.slice(0, ROWS);
  const smoothed = at.lines.some((line) => line.smoothed);
  const first = at.near[0]!;
  const firstLine = byId.get(first.id);
  const firstCurve = at.curves.get(first.id);
  const grouped = at.lines.some((line) => line.runs !== null);
  const step = firstCurve ? firstCurve.stepLast[first.index]! : null;
  const time = useTime(first.owner, firstCurve ? step : null);
  const run = board.byId.get(first.owner);
  const deltas = deltasOf(at, board.baseline?.id ?? null);
  // one number of decimals for all, so that values align on the point
  const decimals = columnDecimals(
    at.near.slice(0, ROWS).flatMap((row) => {
      const line = byId.get(row.id);
      return line ? [line.y[row.index]!, line.value[row.index]!] : [];
    }),
    5,
  );
  const most = Math.max(
    0,
    ...rows.map((row) => {
      const curve = at.curves.get(row.id);
      return curve ? curve.count[row.index]! + curve.nan[row.index]! : 0;
    }),
  );
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const right = at.clientX + AWAY;
    const left = right + width + EDGE <= window.innerWidth ? right : Math.max(EDGE, at.clientX - AWAY - width);
    const below = at.clientY + AWAY;
    const top = below + height + EDGE <= window.innerHeight ? below : Math.max(EDGE, at.clientY - AWAY - height);
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  const place =
    at.xKind === "step"
      ? t.step(firstCurve ? bucketText(firstCurve.xMin[first.index], firstCurve.xMax[first.index]) : whole(at.x))
      : xText(at.x, at.xKind);
  return (
    <div ref={box} className={pinned ? "pn-tip num pinned" : "pn-tip num"} role="tooltip">
      <div className="h">
        <b>{place}</b>
        {at.xKind !== "step" && step !== null && <span>{t.step(whole(step))}</span>}
        {time !== null && run && at.xKind !== "duration" && <span>{duration(time - run.created_at)}</span>}
        {details && time !== null && <span>{clock(time)}</span>}
        <span className="grow" />
        {pinned && (
          <>
            <CopyButton label={lines.copyRows} value={tableOf(at, rows, byId, deltas)} />
            <Icon name="pin" small />
            <IconButton icon="x" small label={words.common.close} onClick={() => board.pinned.set(null)} />
          </>
        )}
      </div>
      {pinned && at.near.length > ROWS && (
        <Search
          value={search}
          onChange={setSearch}
          placeholder={lines.findRows}
          after={<span>{rows.length}</span>}
          onKeyDown={(event) => event.key === "Escape" && board.pinned.set(null)}
        />
      )}
      <div className="rows">
        <table>
          <thead>
            <tr>
              <th>{at.title}</th>
              {smoothed && <th>{t.smooth}</th>}
              <th>{smoothed ? t.raw : t.value}</th>
              {deltas && <th>{lines.delta}</th>}
              {grouped && <th>{lines.runs}</th>}
              {grouped && details && (
                <>
                  <th>{lines.low}</th>
                  <th>{lines.high}</th>
                </>
              )}
              {details && !grouped && (
                <>
                  <th>{t.min}</th>
                  <th>{t.max}</th>
                  <th>{t.count}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const line = byId.get(row.id);
              const curve = at.curves.get(row.id);
              if (!line) return null;
              const i = row.index;
              const by = deltas?.get(row.id) ?? null;
              return (
                <tr key={row.id} className={row.owner === hovered ? "hi" : undefined}>
                  <td>
                    <i style={{ background: `var(${line.colour})` }} />
                    <span className="name cut" title={pinned ? line.name : undefined}>
                      {shortened(line.name, LONGEST)}
                    </span>
                  </td>
                  {smoothed && <td>{inColumn(line.y[i]!, decimals)}</td>}
                  <td className={smoothed ? "soft" : undefined}>{inColumn(line.value[i]!, decimals)}</td>
                  {deltas && (
                    <td className={deltaClass(by, by === null ? null : goalOf(line.metric || at.title, board.runs))}>
                      {by === null ? "" : signed(by, decimals)}
                    </td>
                  )}
                  {grouped && <td className="soft">{line.runs?.[i] ?? ""}</td>}
                  {grouped && details && (
                    <>
                      <td className="soft">{line.low ? inColumn(line.low[i]!, decimals) : ""}</td>
                      <td className="soft">{line.high ? inColumn(line.high[i]!, decimals) : ""}</td>
                    </>
                  )}
                  {details && !grouped && curve && (
                    <>
                      <td className="soft">{inColumn(curve.low[i]!, decimals)}</td>
                      <td className="soft">{inColumn(curve.high[i]!, decimals)}</td>
                      <td className="soft">{whole(curve.count[i]!)}</td>
                    </>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
        {rows.length === 0 && <p className="none">{lines.noRows}</p>}
      </div>
      {firstCurve && firstCurve.count[first.index]! > 1 && (
        <Extremes curve={firstCurve} index={first.index} decimals={decimals} />
      )}
      <div className="f">
        {!pinned && at.near.length > ROWS && <span>{t.more(at.near.length - ROWS)}</span>}
        {firstLine?.runs ? (
          <span title={at.approximate ? lines.betweenHint : undefined}>
            {lines.meanOf(firstLine.runs[first.index]!)}
            {at.approximate && ` · ${lines.between}`}
          </span>
        ) : (
          <span>{most > 1 ? t.bucket(whole(most)) : t.onePoint}</span>
        )}
        <span className="grow" />
        <span>{pinned ? t.pinned : details ? t.pin : t.details}</span>
      </div>
    </div>
  );
}

/** At which steps the least and the greatest of the points behind one pixel are, of the curve nearest to the pointer. */
function Extremes({ curve, index, decimals }: { curve: Curve; index: number; decimals: number }) {
  const t = useText().workspace.tip;
  return (
    <div className="x">
      <span>{t.least(inColumn(curve.low[index]!, decimals), whole(curve.stepLow[index]!))}</span>
      <span>{t.greatest(inColumn(curve.high[index]!, decimals), whole(curve.stepHigh[index]!))}</span>
    </div>
  );
}

/** The rows whose name holds what is searched for, whatever the letters' case. */
export function rowsOf(near: readonly Near[], byId: ReadonlyMap<string, Line>, search: string): readonly Near[] {
  const want = search.trim().toLowerCase();
  return want === "" ? near : near.filter((row) => byId.get(row.id)?.name.toLowerCase().includes(want));
}

/** How far each line is from the baseline's line of the same metric; null where there is none to measure against. */
export function deltasOf(
  { lines, near }: Pick<Pointer, "lines" | "near">,
  baseline: string | null,
): ReadonlyMap<string, number> | null {
  if (baseline === null) return null;
  const places = new Map(near.map((row) => [row.id, row.index]));
  const base = new Map<string, number>();
  for (const line of lines) {
    const index = line.owner === baseline ? places.get(line.id) : undefined;
    if (index !== undefined) base.set(line.metric, line.y[index]!);
  }
  if (base.size === 0) return null;
  const out = new Map<string, number>();
  for (const line of lines) {
    const index = places.get(line.id);
    const from = base.get(line.metric);
    if (line.owner !== baseline && index !== undefined && from !== undefined) out.set(line.id, line.y[index]! - from);
  }
  return out;
}

/** The rows as cells that a spreadsheet takes. */
function tableOf(
  at: Pointer,
  rows: readonly Near[],
  byId: ReadonlyMap<string, Line>,
  deltas: ReadonlyMap<string, number> | null,
): string {
  const smoothed = at.lines.some((line) => line.smoothed);
  const grouped = at.lines.some((line) => line.runs !== null);
  const head = ["name", at.xKey, at.title, ...(smoothed ? ["smoothed"] : []), ...(deltas ? ["delta"] : [])];
  const cells = rows.flatMap(({ id, index }) => {
    const line = byId.get(id);
    if (!line) return [];
    return [
      [
        line.name,
        line.x[index],
        line.value[index],
        ...(smoothed ? [line.y[index]] : []),
        ...(deltas ? [deltas.get(id) ?? ""] : []),
        ...(grouped ? [line.runs?.[index] ?? ""] : []),
      ],
    ];
  });
  return [[...head, ...(grouped ? ["runs"] : [])], ...cells].map((row) => row.join("\t")).join("\n");
}

function signed(by: number, decimals: number): string {
  return `${by > 0 ? "+" : ""}${inColumn(by, decimals)}`;
}

/** Better and worse than the baseline, where it is known which way is better. */
function deltaClass(by: number | null, goal: "more" | "less" | null): string | undefined {
  if (by === null || by === 0 || goal === null || !Number.isFinite(by)) return "soft";
  return by > 0 === (goal === "more") ? "better" : "worse";
}

function bucketText(low: number | undefined, high: number | undefined): string {
  if (low === undefined || high === undefined) return "";
  return low === high ? whole(low) : `${whole(low)}–${whole(high)}`;
}

/** Whether Shift is held. */
function useShift(): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const see = (event: KeyboardEvent) => setHeld(event.shiftKey);
    window.addEventListener("keydown", see);
    window.addEventListener("keyup", see);
    return () => {
      window.removeEventListener("keydown", see);
      window.removeEventListener("keyup", see);
    };
  }, []);
  return held;
}

const times = new Map<string, number | null>();
const TIME_AFTER_MS = 90;

/** When a run logged a step: read once the pointer rests, and remembered. */
function useTime(run: string, step: number | null): number | null {
  const { entity, project } = useBoard();
  const key = `${entity}/${project}/${run}@${step}`;
  const [, again] = useState(0);
  useEffect(() => {
    if (step === null || !Number.isFinite(step) || times.has(key)) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      readRows(entity, project, run, { first: step, last: step, limit: 1 }, abort.signal)
        .then((rows) => {
          const value = rows.rows[0]?._time;
          times.set(key, typeof value === "number" ? value : null);
          again((n) => n + 1);
        })
        .catch(() => undefined);
    }, TIME_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [entity, project, run, step, key]);
  return times.get(key) ?? null;
}
