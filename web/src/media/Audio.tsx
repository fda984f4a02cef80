/** A sound: its wave or its pitches to look at and to jump in, played one at a time. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { ask } from "@/api/client";
import { whole } from "@/plot/ticks";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { peaksOf } from "./peaks";
import { begins, ends } from "./playing";
import { spectrumOf, wavRate } from "./sound";

const BARS = 400;
const COLUMNS = 320;
const MOST_BYTES = 24_000_000;
const NUDGE_SECS = 1;

interface Wave {
  peaks: number[];
  samples: Float32Array;
  seconds: number;
  channels: number;
  rate: number | null;
}

class TooLong extends Error {}

export function Audio({ address, label }: { address: string; label: string }) {
  const words = useText();
  const t = words.pictures;
  const player = useRef<HTMLAudioElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [broken, setBroken] = useState(false);
  const [pitches, setPitches] = useState(false);
  const theme = useTheme();
  const wave = useQuery({
    queryKey: ["wave", address] as const,
    queryFn: ({ signal }) => readWave(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    structuralSharing: false,
  });
  const sound = wave.data;
  const seconds = sound?.seconds ?? length;
  const share = seconds > 0 ? Math.min(1, at / seconds) : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours change with the theme.
  useEffect(() => {
    if (canvas.current && sound) (pitches ? drawPitches : drawWave)(canvas.current, sound);
  }, [sound, pitches, theme]);
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = () => {
      setAt(player.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const seek = (to: number) => {
    if (!player.current || seconds <= 0) return;
    player.current.currentTime = Math.min(seconds, Math.max(0, to));
    setAt(player.current.currentTime);
  };
  const toggle = () => {
    const { current } = player;
    if (!current) return;
    if (!current.paused) return current.pause();
    current.play().catch(() => setBroken(current.error !== null));
  };
  const keys = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      ArrowLeft: () => seek(at - NUDGE_SECS),
      ArrowRight: () => seek(at + NUDGE_SECS),
      Home: () => seek(0),
      End: () => seek(seconds),
      " ": toggle,
    };
    const act = event.ctrlKey || event.metaKey ? undefined : moves[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  if (broken || (wave.isError && !(wave.error instanceof TooLong) && length === 0))
    return (
      <div className="md-audio md-unheard" role="alert">
        <b className="cut">{decodeURIComponent(address.split("/").at(-1) ?? "")}</b>
        <span>{t.noSound}</span>
      </div>
    );
  const facts = sound
    ? [sound.rate ? `${whole(sound.rate)} Hz` : "", t.channels(sound.channels)].filter(Boolean).join(" · ")
    : wave.error instanceof TooLong
      ? t.longSound
      : "";
  return (
    <div className="md-audio">
      <div
        className={pitches ? "md-wave pitches" : "md-wave"}
        role="slider"
        tabIndex={0}
        aria-label={`${t.seek}: ${label}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0.01, Number(seconds.toFixed(2)))}
        aria-valuenow={Number(at.toFixed(2))}
        aria-valuetext={clockOf(at)}
        onKeyDown={keys}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - box.left) / Math.max(1, box.width)) * seconds);
        }}
      >
        <canvas ref={canvas} width={BARS * 2} height={128} />
        <i style={{ left: `${share * 100}%` }} />
      </div>
      <div className="md-audio-bar">
        <IconButton
          icon={playing ? "pause" : "play"}
          small
          label={playing ? words.media.pause : words.media.play}
          onClick={toggle}
        />
        <span className="num md-time">
          {clockOf(at)} / {clockOf(seconds)}
        </span>
        <span className="num t3 cut grow">{facts}</span>
        <IconButton
          icon={pitches ? "log" : "histogram"}
          small
          label={pitches ? t.wave : t.spectrum}
          disabled={!sound}
          onClick={() => setPitches(!pitches)}
        />
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: what was logged has no captions of its own. */}
      <audio
        ref={player}
        src={address}
        preload="metadata"
        onLoadedMetadata={(event) => setLength(finite(event.currentTarget.duration))}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onPlay={(event) => {
          begins(event.currentTarget);
          setPlaying(true);
        }}
        onPause={() => setPlaying(false)}
        onEnded={(event) => {
          ends(event.currentTarget);
          setPlaying(false);
        }}
      />
    </div>
  );
}

async function readWave(address: string, signal: AbortSignal): Promise<Wave> {
  const answer = await ask(address, { signal, accept: "*/*" });
  if (Number(answer.headers.get("content-length") ?? 0) > MOST_BYTES) throw new TooLong();
  const bytes = await answer.arrayBuffer();
  const rate = wavRate(new DataView(bytes));
  const context = new OfflineAudioContext(1, 1, rate && rate >= 8000 && rate <= 96_000 ? rate : 44_100);
  const sound = await context.decodeAudioData(bytes);
  const samples = sound.getChannelData(0);
  return {
    peaks: peaksOf(samples, BARS),
    samples,
    seconds: sound.duration,
    channels: sound.numberOfChannels,
    rate,
  };
}

function drawWave(canvas: HTMLCanvasElement, { peaks }: Wave): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = inkOf("--accent");
  const wide = width / peaks.length;
  peaks.forEach((peak, place) => {
    const tall = Math.max(2, peak * (height - 4));
    pen.fillRect(place * wide, (height - tall) / 2, Math.max(1, wide - 0.5), tall);
  });
}

function drawPitches(canvas: HTMLCanvasElement, { samples }: Wave): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const { power, bins } = spectrumOf(samples, COLUMNS);
  const inks = Array.from({ length: 9 }, (_, shade) => Number.parseInt(inkOf(`--s${shade + 1}`).slice(1), 16) || 0);
  const picture = new ImageData(COLUMNS, bins);
  for (let column = 0; column < COLUMNS; column++)
    for (let bin = 0; bin < bins; bin++) {
      const value = power[column * bins + bin] ?? 0;
      const ink = inks[Math.min(8, Math.round(value * 8))] ?? 0;
      picture.data.set([ink >> 16, (ink >> 8) & 255, ink & 255, 255], ((bins - 1 - bin) * COLUMNS + column) * 4);
    }
  const whole = new OffscreenCanvas(COLUMNS, bins);
  whole.getContext("2d")?.putImageData(picture, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(whole, 0, 0, canvas.width, canvas.height);
}

function finite(seconds: number): number {
  return Number.isFinite(seconds) ? seconds : 0;
}

export function clockOf(seconds: number): string {
  const tenths = Math.floor(finite(seconds) * 10) / 10;
  const minutes = Math.floor(tenths / 60);
  return `${minutes}:${(tenths - minutes * 60).toFixed(1).padStart(4, "0")}`;
}
