/** A gif by its pictures, where the browser takes it apart; elsewhere as it is. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { ask } from "@/api/client";
import { Picture } from "../Picture";
import type { AddressOf } from "../source";
import type { MediaItem } from "../value";
import { Bar, FilmKeys } from "./Bar";
import { type Reel, useReels } from "./together";

/** All pictures are kept decoded: as many pixels as that may be. */
const MOST_PIXELS = 60_000_000;
const USUAL_SECS = 0.1;

interface Strip {
  pictures: ImageBitmap[];
  /** When each begins, and at the end when the last ends. */
  times: number[];
}

export function Gif({ item, addressOf, alt }: { item: MediaItem; addressOf: AddressOf; alt: string }) {
  const address = addressOf(item.path);
  const strip = useQuery({
    queryKey: ["gif", address] as const,
    queryFn: ({ signal }) => readStrip(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    structuralSharing: false,
    enabled: "ImageDecoder" in window,
  });
  if (strip.data) return <Player strip={strip.data} label={alt} />;
  return strip.isLoading ? <div className="md-wait" /> : <Picture item={item} addressOf={addressOf} alt={alt} />;
}

function Player({ strip, label }: { strip: Strip; label: string }) {
  const { pictures, times } = strip;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [loop, setLoop] = useState(true);
  const last = pictures.length - 1;
  const reel = useMemo(
    (): Reel => ({
      play: () => setPlaying(true),
      pause: () => setPlaying(false),
      seek: (seconds) =>
        setFrame(
          Math.max(
            0,
            Math.min(
              last,
              times.findLastIndex((time) => time <= seconds),
            ),
          ),
        ),
      step: (by) => {
        setPlaying(false);
        setFrame((old) => Math.max(0, Math.min(last, old + by)));
      },
    }),
    [last, times],
  );
  const { all } = useReels(reel);
  useEffect(() => {
    const picture = pictures[frame];
    const pen = canvas.current?.getContext("2d");
    if (!picture || !pen) return;
    pen.clearRect(0, 0, picture.width, picture.height);
    pen.drawImage(picture, 0, 0);
  }, [pictures, frame]);
  useEffect(() => {
    if (!playing) return;
    const stands = (times[frame + 1] ?? 0) - (times[frame] ?? 0) || USUAL_SECS;
    const timer = setTimeout(
      () => {
        if (frame < last) setFrame(frame + 1);
        else if (loop) setFrame(0);
        else setPlaying(false);
      },
      (stands / speed) * 1000,
    );
    return () => clearTimeout(timer);
  }, [playing, frame, last, loop, speed, times]);
  return (
    <FilmKeys playing={playing} all={all} label={label}>
      <canvas
        ref={canvas}
        className="md-video"
        width={pictures[0]?.width}
        height={pictures[0]?.height}
        role="img"
        aria-label={label}
      />
      <Bar
        playing={playing}
        seconds={times.at(-2) ?? 0}
        at={times[frame] ?? 0}
        frame={{ number: frame + 1, all: pictures.length }}
        speed={speed}
        onSpeed={setSpeed}
        loop={loop}
        onLoop={setLoop}
        all={all}
      />
    </FilmKeys>
  );
}

async function readStrip(address: string, signal: AbortSignal): Promise<Strip> {
  const answer = await ask(address, { signal, accept: "*/*" });
  const decoder = new ImageDecoder({ data: await answer.arrayBuffer(), type: "image/gif" });
  await decoder.tracks.ready;
  const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
  const strip: Strip = { pictures: [], times: [0] };
  for (let frameIndex = 0; frameIndex < count; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    if (image.displayWidth * image.displayHeight * count > MOST_PIXELS) throw new Error("too large to take apart");
    strip.pictures.push(await createImageBitmap(image));
    strip.times.push((strip.times.at(-1) ?? 0) + (image.duration ? image.duration / 1e6 : USUAL_SECS));
    image.close();
  }
  decoder.close();
  if (strip.pictures.length < 2) throw new Error("one picture alone");
  return strip;
}
