import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { readRows } from "@/api/runs";
import type { Curve } from "@/api/series";
import { useKeys } from "@/frame/keys";
import { xText } from "@/plot/LinePlot";
import { whole } from "@/plot/ticks";
import { goalOf } from "@/state/goals";
import { useStore } from "@/state/store";
import { Icon, IconButton } from "@/ui";
import { columnDecimals, inColumn } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { clock, duration } from "@/ui/times";
import { type Pointer, useBoard } from "./board";

const ROWS = 10;
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
  const rows = at.near.slice(0, ROWS);
  const smoothed = at.lines.some((line) => line.smoothed);
  const first = at.near[0]!;
  const firstLine = at.lines.find((line) => line.id === first.id);
  const firstCurve = at.curves.get(first.id);
  const step = firstCurve ? firstCurve.stepLast[first.index]! : null;
  const time = useTime(first.owner, isGrouped(at) ? null : step);
  const run = board.byId.get(first.owner);
  const grouped = isGrouped(at);
  const base = board.baseline && at.lines.find((line) => line.owner === board.baseline?.id);
  const baseRow = base && at.near.find((row) => row.id === base.id);
  const baseValue = base && baseRow ? base.y[baseRow.index]! : null;
  const goal = baseValue === null ? null : goalOf(at.title, board.runs);
  // one number of decimals for all, so that values align on the point
  const decimals = columnDecimals(
    rows.flatMap((row) => {
      const line = at.lines.find((each) => each.id === row.id);
      return line ? [line.y[row.index]!, line.value[row.index]!] : [];
    }),
    5,
  );
  const most = Math.max(
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
            <Icon name="pin" small />
            <IconButton icon="x" small label={words.common.close} onClick={() => board.pinned.set(null)} />
          </>
        )}
      </div>
      <table>
        <thead>
          <tr>
            <th>{at.title}</th>
            {smoothed && <th>{t.smooth}</th>}
            <th>{smoothed ? t.raw : t.value}</th>
            {baseValue !== null && <th>{lines.delta}</th>}
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
            const line = at.lines.find((each) => each.id === row.id);
            const curve = at.curves.get(row.id);
            if (!line) return null;
            const i = row.index;
            const by = baseValue === null || line === base ? null : line.y[i]! - baseValue;
            return (
              <tr key={row.id} className={row.owner === hovered ? "hi" : undefined}>
                <td>
                  <i style={{ background: `var(${line.colour})` }} />
                  <span className="name cut">{line.name}</span>
                </td>
                {smoothed && <td>{inColumn(line.y[i]!, decimals)}</td>}
                <td className={smoothed ? "soft" : undefined}>{inColumn(line.value[i]!, decimals)}</td>
                {baseValue !== null && (
                  <td className={deltaClass(by, goal)}>{by === null ? "" : signed(by, decimals)}</td>
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
      {firstCurve && firstCurve.count[first.index]! > 1 && (
        <Extremes curve={firstCurve} index={first.index} decimals={decimals} />
      )}
      <div className="f">
        {at.near.length > ROWS && <span>{t.more(at.near.length - ROWS)}</span>}
        <span>{firstLine && most > 1 ? t.bucket(whole(most)) : t.onePoint}</span>
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

function isGrouped(at: Pointer): boolean {
  return at.lines.some((line) => line.runs !== null);
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
