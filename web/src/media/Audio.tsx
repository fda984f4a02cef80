/** A sound: its wave to look at and to jump in, and the browser's own player. */
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ask } from "@/api/client";
import { IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { peaksOf } from "./peaks";

const BARS = 96;
const MOST_BYTES = 24_000_000;

interface Wave {
  peaks: number[];
  seconds: number;
}

export function Audio({ address, label }: { address: string; label: string }) {
  const t = useText().media;
  const player = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const wave = useQuery({
    queryKey: ["wave", address] as const,
    queryFn: ({ signal }) => readWave(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const seconds = wave.data?.seconds ?? player.current?.duration ?? 0;
  const share = seconds > 0 ? at / seconds : 0;
  const jump = (event: React.MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    if (player.current && seconds > 0)
      player.current.currentTime = ((event.clientX - box.left) / Math.max(1, box.width)) * seconds;
  };
  const toggle = () => {
    if (!player.current) return;
    if (playing) player.current.pause();
    else void player.current.play();
  };
  return (
    <div className="md-audio">
      <IconButton icon={playing ? "pause" : "play"} label={playing ? t.pause : t.play} onClick={toggle} />
      <div className="md-wave" onClick={jump} role="img" aria-label={label}>
        {(wave.data?.peaks ?? Array.from({ length: BARS }, () => 0)).map((peak, place) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have nothing but their place.
            key={place}
            className={place / BARS < share ? "past" : undefined}
            style={{ height: `${Math.max(4, peak * 100)}%` }}
          />
        ))}
      </div>
      <span className="num t3 md-time">
        {clockOf(at)} / {clockOf(seconds)}
      </span>
      {/* biome-ignore lint/a11y/useMediaCaption: what was logged has no captions of its own. */}
      <audio
        ref={player}
        src={address}
        preload="metadata"
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
    </div>
  );
}

async function readWave(address: string, signal: AbortSignal): Promise<Wave> {
  const answer = await ask(address, { signal, accept: "*/*" });
  if (Number(answer.headers.get("content-length") ?? 0) > MOST_BYTES) throw new Error("too long to draw");
  const context = new OfflineAudioContext(1, 1, 44_100);
  const sound = await context.decodeAudioData(await answer.arrayBuffer());
  return { peaks: peaksOf(sound.getChannelData(0), BARS), seconds: sound.duration };
}

function clockOf(seconds: number): string {
  if (!Number.isFinite(seconds)) return "0:00";
  const whole = Math.floor(seconds);
  return whole < 1 && seconds > 0
    ? `0:0${seconds.toFixed(1)}`
    : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
