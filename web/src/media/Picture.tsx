/** An image, with the boxes and masks that were logged with it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { inkOf, wordsOn } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { Icon } from "@/ui";
import { useText } from "@/ui/text";
import { maskQuery } from "./bitmap";
import { classRgb, useOverlay } from "./look";
import { type Box, boxesOf, classToken, maskInk, paintMask, shownBoxes } from "./overlay";
import { type AddressOf, useJsonFile } from "./source";
import type { MediaItem } from "./value";

const PIXELS = 64;

export function Picture({ item, addressOf, alt }: { item: MediaItem; addressOf: AddressOf; alt: string }) {
  const [missing, setMissing] = useState<string | null>(null);
  const [size, setSize] = useState<[number, number] | null>(null);
  const address = addressOf(item.path);
  if (missing === address) return <NoPicture path={item.path} address={address} />;
  const image = (
    <img
      src={address}
      alt={alt}
      title={alt}
      loading="lazy"
      decoding="async"
      className={item.width > 0 && item.width <= PIXELS ? "pixels" : undefined}
      onError={() => setMissing(address)}
      onLoad={(event) => setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])}
    />
  );
  const [boxes, masks] = [Object.entries(item.boxes), Object.entries(item.masks)];
  if (boxes.length === 0 && masks.length === 0) return image;
  const [width, height] = size ?? [item.width || 1, item.height || 1];
  return (
    <div className="md-layers">
      <div style={{ aspectRatio: `${width} / ${height}`, width: `min(100cqw, 100cqh * ${width / height})` }}>
        {image}
        {masks.map(([layer, path]) => (
          <MaskLayer key={layer} layer={layer} address={addressOf(path)} />
        ))}
        {boxes.map(([layer, path]) => (
          <Boxes key={layer} layer={layer} address={addressOf(path)} width={width} height={height} />
        ))}
      </div>
    </div>
  );
}

/** A picture that cannot be shown, and why: the server has no such file, or the browser cannot read it. */
function NoPicture({ path, address }: { path: string; address: string }) {
  const t = useText().pictures;
  const found = useQuery({
    queryKey: ["file-there", address] as const,
    queryFn: ({ signal }) => fetch(address, { signal, headers: { Range: "bytes=0-0" } }).then((answer) => answer.ok),
    staleTime: 30_000,
    retry: false,
  });
  const name = path.split("/").at(-1) ?? path;
  return (
    <div className="none md-none" title={path}>
      <Icon name="warn" small />
      <b className="cut">{name}</b>
      <span>{found.isPending ? "" : found.data ? t.unreadable : t.missing}</span>
    </div>
  );
}

interface BoxesProps {
  layer: string;
  address: string;
  width: number;
  height: number;
}

function Boxes({ layer, address, width, height }: BoxesProps) {
  const file = useJsonFile(address);
  const look = useOverlay();
  useTheme(); // what is read of the theme's colours is read again
  const boxes = useMemo(() => boxesOf(file.data, width, height), [file.data, width, height]);
  return (
    <div className="md-boxes">
      {shownBoxes(boxes, layer, look).map((box, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes of a file do not move.
        <BoxMark key={place} box={box} line={look.line} labelled={look.labels} />
      ))}
    </div>
  );
}

function BoxMark({ box, line, labelled }: { box: Box; line: number; labelled: boolean }) {
  const share = (value: number) => `${value * 100}%`;
  const token = classToken(box.classId);
  const colour = `var(${token})`;
  return (
    <span
      className="md-box"
      title={box.caption}
      style={{
        left: share(box.x),
        top: share(box.y),
        width: share(box.width),
        height: share(box.height),
        borderColor: colour,
        borderWidth: line,
      }}
    >
      {labelled && <i style={{ background: colour, color: `var(${wordsOn(inkOf(token))})` }}>{box.caption}</i>}
    </span>
  );
}

function MaskLayer({ layer, address }: { layer: string; address: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const look = useOverlay();
  const mask = useQuery(maskQuery(address)).data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the classes change with the theme.
  useEffect(() => {
    const target = canvas.current;
    const pen = target?.getContext("2d");
    if (!target || !pen || !mask) return;
    if (target.width !== mask.width) target.width = mask.width;
    if (target.height !== mask.height) target.height = mask.height;
    const picture = new ImageData(mask.width, mask.height);
    paintMask(mask.ids, maskInk(layer, look, classRgb), new Uint32Array(picture.data.buffer));
    pen.putImageData(picture, 0, 0);
  }, [mask, look.opacity, look.off, layer, theme]);
  return <canvas ref={canvas} className="md-mask" data-layer={layer} />;
}
