/** What the run had at the step of the cursor: values, images, lines of the terminal. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { readConsoleAt } from "@/api/console";
import { arrivedQuery } from "@/api/files";
import { readRows, useRunKeys } from "@/api/runs";
import { seriesQuery } from "@/api/series";
import type { KeyInfo, Run } from "@/api/types";
import { Picture } from "@/media/Picture";
import { runFiles } from "@/media/source";
import { kindOf } from "@/media/value";
import { arrivedRows, isArriving, picturesOf, rowAt } from "@/panels/media/data";
import { count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { clock, duration, moment } from "@/ui/times";
import { byName } from "@/ui/tree-rows";
import { useSettled } from "../../parts/debounce";
import { pieces } from "../logs/ansi";
import { Pieces } from "../logs/Pieces";
import { changeTo, tellsQuality, valueAtStep } from "./at-step";
import { SystemAt } from "./SystemAt";
import { useTimeOf } from "./time-of";
import type { Cursor } from "./useCursor";
import "@/media/media.css";
import "../logs/pieces.css";
import "./cursor.css";

const VALUES = 10;
const BUCKETS = 800;
const LIVE_MS = 4000;
const IMAGE_KEYS = 2;
const IMAGES = 6;
const IMAGES_OF_TWO = 3;
const IMAGE_ROWS = 500;
const LINES_BEFORE = 4;
const LINES = 14;

export function Strip({ run, cursor }: { run: Run; cursor: Cursor }) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const { numbers, images } = useMemo(() => shownKeys(keys.data ?? []), [keys.data]);
  const time = useTimeOf(run, useSettled(cursor.step, 250));
  return (
    <aside className="strip" aria-label={t.run.atStep}>
      <h3>
        {t.run.atStep} <span className="strip-step num">{count(cursor.step)}</span>
        <span className="grow" />
        {time !== null && (
          <span className="t3 num strip-time" title={moment(time)}>
            {duration(time - run.created_at)} · {clock(time)}
          </span>
        )}
      </h3>
      <Values run={run} keys={numbers} cursor={cursor} />
      {images.map((name) => (
        <Images key={name} run={run} name={name} step={cursor.step} most={images.length > 1 ? IMAGES_OF_TWO : IMAGES} />
      ))}
      {time !== null && <SystemAt run={run} time={time} />}
      {time !== null && <Lines run={run} time={time} />}
    </aside>
  );
}

/** The numbers whose values are told, those that say how good the run is first, and the images that are shown. */
function shownKeys(keys: readonly KeyInfo[]): { numbers: string[]; images: string[] } {
  const shown = keys
    .filter((key) => !key.hidden && !key.key.startsWith("_"))
    .sort((a, b) => Number(tellsQuality(b.key)) - Number(tellsQuality(a.key)) || byName(a.key, b.key));
  return {
    numbers: shown.filter((key) => key.kind === "number").map((key) => key.key),
    images: shown
      .filter((key) => key.kind === "media" && kindOf(key.type) === "image")
      .map((key) => key.key)
      .slice(0, IMAGE_KEYS),
  };
}

function Values({ run, keys, cursor }: { run: Run; keys: string[]; cursor: Cursor }) {
  const shown = keys.slice(0, VALUES);
  const series = useQuery({
    ...seriesQuery(run.entity, run.project, { runs: [run.id], keys: shown, buckets: BUCKETS }),
    enabled: shown.length > 0,
    refetchInterval: run.state === "running" ? LIVE_MS : false,
  });
  const curves = new Map(series.data?.curves.map((curve) => [curve.key, curve]));
  return (
    <dl className={cursor.step < cursor.last ? "strip-values num compared" : "strip-values num"}>
      {shown.map((key) => {
        const curve = curves.get(key);
        const value = curve ? valueAtStep(curve, cursor.step) : null;
        const latest = curve ? valueAtStep(curve, Number.POSITIVE_INFINITY) : null;
        const change = cursor.step < cursor.last ? changeTo(key, value, latest) : null;
        return (
          <div key={key}>
            <dt className="cut" title={key}>
              {key}
            </dt>
            <dd>{value === null ? "—" : number(value)}</dd>
            <dd
              className={change?.better === true ? "better" : change?.better === false ? "worse" : "t3"}
              title={latest === null ? undefined : number(latest)}
            >
              {change?.text ?? ""}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Images({ run, name, step, most }: { run: Run; name: string; step: number; most: number }) {
  const t = useText();
  const rows = useQuery({
    queryKey: ["panel-rows", run.entity, run.project, run.id, name, run.state] as const,
    queryFn: ({ signal }) => readRows(run.entity, run.project, run.id, { keys: [name], limit: IMAGE_ROWS }, signal),
    staleTime: 60_000,
  });
  const arriving = isArriving(run);
  const arrived = useQuery(arrivedQuery(run.entity, run.project, run.id, arriving));
  const row = rowAt(arrivedRows(rows.data?.rows ?? [], name, arriving, arrived.data), step);
  const pictures = row ? picturesOf(row[name]) : [];
  if (!row || pictures.length === 0) return null;
  return (
    <section>
      <h3>
        <span className="cut">{name}</span>
        <span className="ui-badge">{t.run.stepOf(count(Number(row._step)))}</span>
      </h3>
      <div className={pictures.length === 1 ? "strip-images one" : "strip-images"}>
        {pictures.slice(0, most).map((picture) => (
          <figure key={picture.path} title={picture.caption}>
            <Picture
              item={picture}
              addressOf={runFiles(run.entity, run.project, run.id)}
              alt={picture.caption || name}
            />
            {picture.caption && <figcaption className="cut">{picture.caption}</figcaption>}
          </figure>
        ))}
      </div>
    </section>
  );
}

function Lines({ run, time }: { run: Run; time: number }) {
  const t = useText();
  const lines = useQuery({
    queryKey: ["lines-at", run.entity, run.project, run.id, time] as const,
    queryFn: ({ signal }) =>
      readConsoleAt(run.entity, run.project, run.id, time, -LINES_BEFORE, LINES, signal).then(({ lines }) => ({
        lines,
        at: (lines.find((line) => line.time >= time) ?? lines.at(-1))?.line ?? 0,
      })),
    staleTime: 60_000,
    placeholderData: (old) => old,
  });
  if (!lines.data || lines.data.lines.length === 0) return null;
  const { at } = lines.data;
  return (
    <section className="strip-logs">
      <h3>
        {t.run.tabs.logs}
        <span className="grow" />
        <Link
          className="ui-link"
          to="/$entity/$project/runs/$run/$tab"
          params={{ entity: run.entity, project: run.project, run: run.id, tab: "logs" }}
          search={{ line: String(at + 1) } as never}
        >
          {t.run.openAtLine(count(at + 1))}
        </Link>
      </h3>
      <div className="strip-lines">
        {lines.data.lines.map((line) => (
          <div key={line.line} className={`${line.line === at ? "at" : ""}${line.level === "error" ? " err" : ""}`}>
            <span className="strip-clock">{clock(line.time)}</span>
            <span className="term-text cut">
              <Pieces pieces={pieces(line.text)} />
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
