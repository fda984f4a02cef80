/** The bar under the charts: a slider over all steps that moves everything on the page. */
import { useEffect, useState } from "react";
import { Button, IconButton, Slider } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Cursor } from "./useCursor";
import "./cursor.css";

const PLAY_MS = 120;
const PLAY_FRAMES = 120;

export function Timeline({ cursor }: { cursor: Cursor }) {
  const t = useText();
  const { step, last, chosen, choose } = cursor;
  const [playing, setPlaying] = useState(false);
  // the slider moves at once, the address when it rests
  const [dragged, setDragged] = useState<number | null>(null);
  useEffect(() => {
    if (dragged === null) return;
    const timer = setTimeout(() => {
      choose(dragged);
      setDragged(null);
    }, 60);
    return () => clearTimeout(timer);
  }, [dragged, choose]);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      const next = Math.min(last, (chosen ?? 0) + Math.max(1, Math.round(last / PLAY_FRAMES)));
      choose(next);
      if (next >= last) setPlaying(false);
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [playing, chosen, last, choose]);
  if (last <= 0) return null;
  const at = dragged ?? step;
  return (
    <footer className="timeline num">
      <span className="timeline-keys">
        <IconButton icon="first" label={t.run.firstStep} onClick={() => choose(0)} />
        <IconButton
          icon={playing ? "pause" : "play"}
          label={playing ? t.run.pause : t.run.play}
          onClick={() => {
            if (!playing && (chosen === null || chosen >= last)) choose(0);
            setPlaying(!playing);
          }}
        />
        <IconButton icon="last" label={t.run.lastStep} onClick={() => choose(last)} />
      </span>
      <span className="timeline-step">
        {t.run.step} <b>{count(at)}</b>
      </span>
      <Slider label={t.run.step} value={at} min={0} max={last} pointer onChange={setDragged} />
      <span className="t2 timeline-last">
        {count(last)} <span className="t3">{t.run.latest}</span>
      </span>
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
    </footer>
  );
}
