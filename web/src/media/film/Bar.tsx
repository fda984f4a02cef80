/** What a film is played and stepped by: buttons, a slider, and keys where the film has the focus. */
import type { KeyboardEvent, ReactNode } from "react";
import { IconButton, Slider } from "@/ui";
import { useText } from "@/ui/text";
import { clockOf } from "../Audio";
import type { Reel } from "./together";

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

export interface BarProps {
  playing: boolean;
  seconds: number;
  at: number;
  /** Of the picture shown, from 1; null where the rate is not known. */
  frame: { number: number; all: number } | null;
  speed: number;
  onSpeed: (speed: number) => void;
  loop: boolean;
  onLoop: (loop: boolean) => void;
  all: (act: (reel: Reel) => void) => void;
}

export function Bar(props: BarProps) {
  const { playing, seconds, at, frame, speed, onSpeed, loop, onLoop, all } = props;
  const words = useText();
  const t = words.pictures;
  return (
    <div className="fm-bar num">
      <div>
        <Slider
          label={t.inFilm}
          value={Math.min(at, seconds)}
          min={0}
          max={Math.max(0.01, seconds)}
          step={0.001}
          onChange={(to) => all((reel) => reel.seek(to))}
        />
        <span className="fm-at" title={frame ? t.frame(frame.number, frame.all) : undefined}>
          {frame ? `${frame.number} / ${frame.all}` : `${clockOf(at)} / ${clockOf(seconds)}`}
        </span>
      </div>
      <div>
        <IconButton
          icon={playing ? "pause" : "play"}
          small
          label={playing ? words.media.pause : words.media.play}
          onClick={() => all((reel) => (playing ? reel.pause() : reel.play()))}
        />
        <IconButton icon="left" small label={t.frameBack} onClick={() => all((reel) => reel.step(-1))} />
        <IconButton icon="right" small label={t.frameOn} onClick={() => all((reel) => reel.step(1))} />
        <span className="grow" />
        <select
          aria-label={t.speed}
          title={t.speed}
          value={speed}
          onChange={(event) => onSpeed(Number(event.target.value))}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
        <IconButton icon="loop" small label={t.loop} on={loop} onClick={() => onLoop(!loop)} />
      </div>
    </div>
  );
}

export function FilmKeys({
  children,
  playing,
  all,
  label,
}: Pick<BarProps, "playing" | "all"> & { children: ReactNode; label: string }) {
  const keys = (event: KeyboardEvent) => {
    const moves: Record<string, (reel: Reel) => void> = {
      ",": (reel) => reel.step(-1),
      ".": (reel) => reel.step(1),
      " ": (reel) => (playing ? reel.pause() : reel.play()),
    };
    const act = event.ctrlKey || event.metaKey ? undefined : moves[event.key];
    if (!act || (event.key === " " && event.target !== event.currentTarget)) return;
    event.preventDefault();
    event.stopPropagation();
    all(act);
  };
  return (
    <div className="fm" role="group" aria-label={label} tabIndex={0} onKeyDown={keys}>
      {children}
    </div>
  );
}
