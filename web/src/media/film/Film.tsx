/** A film by its pictures: played, looped, slowed, and stepped one picture at a time. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ask } from "@/api/client";
import { useText } from "@/ui/text";
import { begins } from "../playing";
import { frameRate } from "../rate";
import { Bar, FilmKeys } from "./Bar";
import { type Reel, useReels } from "./together";

const MOST_BYTES = 48_000_000;
/** A step where the rate of the film is not known. */
const STEP_SECS = 1 / 30;

export function Film({ address, label }: { address: string; label: string }) {
  const t = useText().pictures;
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [seconds, setSeconds] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [loop, setLoop] = useState(true);
  const [broken, setBroken] = useState(false);
  const rate = useQuery({
    queryKey: ["film-rate", address] as const,
    queryFn: ({ signal }) => readRate(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
  const reel: Reel = {
    play: () => void video.current?.play().catch(() => {}),
    pause: () => video.current?.pause(),
    seek: (to) => {
      if (video.current) video.current.currentTime = to;
    },
    step: (by) => {
      const { current } = video;
      if (!current) return;
      current.pause();
      const all = rate ? Math.max(1, Math.round(current.duration * rate)) : 0;
      const to = rate
        ? (Math.min(all - 1, Math.max(0, frameAt(current.currentTime, rate) + by)) + 0.5) / rate
        : current.currentTime + by * STEP_SECS;
      current.currentTime = Math.min(current.duration || 0, Math.max(0, to));
      setAt(current.currentTime);
    },
  };
  const { all, alone } = useReels(reel);
  useEffect(() => {
    if (video.current) video.current.playbackRate = speed;
  }, [speed]);
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = () => {
      setAt(video.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, [playing]);
  if (broken)
    return (
      <div className="none md-none" role="alert">
        <b className="cut">{decodeURIComponent(address.split("/").at(-1) ?? "")}</b>
        <span>{t.noFilm}</span>
      </div>
    );
  const count = rate ? Math.max(1, Math.round(seconds * rate)) : 0;
  return (
    <FilmKeys playing={playing} all={all} label={label}>
      <video
        ref={video}
        className="md-video"
        src={address}
        loop={loop}
        muted
        playsInline
        preload="auto"
        aria-label={label}
        onClick={() => all((each) => (playing ? each.pause() : each.play()))}
        onLoadedMetadata={(event) =>
          setSeconds(Number.isFinite(event.currentTarget.duration) ? event.currentTarget.duration : 0)
        }
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onSeeked={(event) => setAt(event.currentTarget.currentTime)}
        onPlay={(event) => {
          if (alone) begins(event.currentTarget);
          setPlaying(true);
        }}
        onPause={() => setPlaying(false)}
        onError={() => setBroken(true)}
      />
      <Bar
        playing={playing}
        seconds={seconds}
        at={at}
        frame={rate && count > 0 ? { number: Math.min(count, frameAt(at, rate) + 1), all: count } : null}
        speed={speed}
        onSpeed={setSpeed}
        loop={loop}
        onLoop={setLoop}
        all={all}
      />
    </FilmKeys>
  );
}

/** Which picture stands at a time, from 0. */
function frameAt(seconds: number, rate: number): number {
  return Math.floor(seconds * rate + 1e-3);
}

async function readRate(address: string, signal: AbortSignal): Promise<number | null> {
  const answer = await ask(address, { signal, accept: "*/*" });
  if (Number(answer.headers.get("content-length") ?? 0) > MOST_BYTES) {
    await answer.body?.cancel();
    return null;
  }
  return frameRate(new Uint8Array(await answer.arrayBuffer()));
}
