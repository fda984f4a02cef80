/** The bar under the charts: a slider over all steps that moves everything on the page. */
import { useEffect, useState } from "react";
import { useRunKeys } from "@/api/runs";
import type { Run } from "@/api/types";
import { useKeys } from "@/frame/keys";
import { Button, Chip, errorMessage, IconButton, Menu, Slider, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { densestKey, loggedBeside, nearestOf, neighbour, sparseKeys, useStepsOf } from "./logged";
import type { Cursor } from "./useCursor";
import "./cursor.css";

const PLAY_MS = 120;
const PLAY_SNAPPED_MS = 500;
const PLAY_FRAMES = 120;
const MOST_TICKS = 240;

export interface TimelineProps {
  run: Run;
  cursor: Cursor;
  /** The strip of values stands open over a narrow page. */
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function Timeline({ run, cursor, open, onOpen }: TimelineProps) {
  const t = useText();
  const { step, last, chosen, choose } = cursor;
  const keys = useRunKeys(run.entity, run.project, run.id);
  const sparse = sparseKeys(keys.data ?? [], last);
  const [snap, setSnap] = useState<string | null>(null);
  const snapped = sparse.find((key) => key.key === snap) ?? null;
  // the marks under the slider: those of the key that is snapped to, else of the first media
  const marked = snapped ?? sparse.find((key) => key.kind === "media") ?? null;
  const marks = useStepsOf(run, marked);
  const steps = snapped ? marks : NONE;
  const densest = densestKey(keys.data ?? []);
  const [playing, setPlaying] = useState(false);
  const at = chosen ?? last;
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(
      () => {
        const next = snapped
          ? neighbour(steps, at, 1)
          : Math.min(last, at + Math.max(1, Math.round(last / PLAY_FRAMES)));
        if (next !== null) choose(next);
        if (next === null || next >= last) setPlaying(false);
      },
      snapped ? PLAY_SNAPPED_MS : PLAY_MS,
    );
    return () => clearTimeout(timer);
  }, [playing, snapped, steps, at, last, choose]);
  const beside = (by: 1 | -1, among: readonly number[]) => {
    setPlaying(false);
    if (snapped && marks.length === 0) return; // its steps are on their way
    const near = among.length > 0 ? neighbour(among, at, by) : densest ? loggedBeside(run, densest, at, by) : at + by;
    Promise.resolve(near).then(
      (next) => {
        if (next !== null) choose(next);
      },
      (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    );
  };
  const play = () => {
    if (!playing && at >= last) choose(steps[0] ?? 0);
    setPlaying(!playing);
  };
  useKeys(
    {
      ArrowLeft: () => beside(-1, steps),
      ArrowRight: () => beside(1, steps),
      "Ctrl+ArrowLeft": () => beside(-1, marks),
      "Ctrl+ArrowRight": () => beside(1, marks),
      Home: () => choose(0),
      End: () => choose(null),
      p: play,
    },
    last > 0,
  );
  if (last <= 0) return null;
  return (
    <footer className="timeline num">
      <span className="timeline-keys">
        <IconButton icon="first" label={t.run.firstStep} className="timeline-wide" onClick={() => choose(0)} />
        <IconButton icon="left" label={t.cursor.before} onClick={() => beside(-1, steps)} />
        <IconButton icon={playing ? "pause" : "play"} label={playing ? t.run.pause : t.run.play} onClick={play} />
        <IconButton icon="right" label={t.cursor.after} onClick={() => beside(1, steps)} />
        <IconButton icon="last" label={t.run.lastStep} className="timeline-wide" onClick={() => choose(last)} />
      </span>
      <span className="timeline-step">
        {t.run.step} <b>{count(step)}</b>
      </span>
      <span className="timeline-track">
        <Slider
          label={t.run.step}
          value={at}
          min={0}
          max={last}
          pointer
          onChange={(next) => {
            setPlaying(false);
            choose(snapped ? nearestOf(steps, next) : next);
          }}
        />
        <span className="timeline-ticks" aria-hidden="true">
          {marks.length <= MOST_TICKS &&
            marks.map((mark) => (
              <i key={mark} style={{ left: `${(mark / last) * 100}%` }} className={snapped ? "on" : ""} />
            ))}
        </span>
      </span>
      <span className="t2 timeline-last">
        {count(last)} <span className="t3">{t.run.latest}</span>
      </span>
      {sparse.length > 0 && (
        <Menu
          align="end"
          trigger={
            <Chip
              className="timeline-snap"
              label={t.cursor.snap}
              value={<span className="cut">{snapped ? snapped.key : t.run.off}</span>}
              set={snapped !== null}
            />
          }
          items={[
            { id: "", label: t.cursor.noSnap, checked: snapped === null, onSelect: () => setSnap(null) },
            ...sparse.slice(0, 40).map((key) => ({
              id: key.key,
              label: key.key,
              hint: t.cursor.steps(key.points),
              checked: snapped?.key === key.key,
              onSelect: () => setSnap(key.key),
            })),
          ]}
        />
      )}
      <Button
        aria-pressed={chosen === null}
        className={chosen === null ? "timeline-follow on" : "timeline-follow"}
        onClick={() => {
          setPlaying(false);
          choose(chosen === null ? last : null);
        }}
      >
        {t.run.follow}
      </Button>
      <IconButton
        icon="rows"
        className="timeline-values"
        label={open ? t.cursor.hideValues : t.cursor.showValues}
        on={open}
        onClick={() => onOpen(!open)}
      />
    </footer>
  );
}

const NONE: readonly number[] = [];
