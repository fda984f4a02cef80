/** An image, with the boxes and masks that were logged with it. */
import { useEffect, useRef, useState } from "react";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { type Box, boxesOf, classToken, paintMask } from "./overlay";
import { type AddressOf, useJsonFile } from "./source";
import type { MediaItem } from "./value";

const PIXELS = 64;
const MASK_ALPHA = 150;

export function Picture({ item, addressOf, alt }: { item: MediaItem; addressOf: AddressOf; alt: string }) {
  const t = useText().workspace.panels;
  const [missing, setMissing] = useState<string | null>(null);
  const [size, setSize] = useState<[number, number] | null>(null);
  const address = addressOf(item.path);
  if (missing === address) return <div className="none">{t.imageMissing}</div>;
  const image = (
    <img
      src={address}
      alt={alt}
      title={alt}
      loading="lazy"
      className={item.width > 0 && item.width <= PIXELS ? "pixels" : undefined}
      onError={() => setMissing(address)}
      onLoad={(event) => setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])}
    />
  );
  const [boxes, masks] = [Object.values(item.boxes), Object.values(item.masks)];
  if (boxes.length === 0 && masks.length === 0) return image;
  const [width, height] = size ?? [item.width || 1, item.height || 1];
  return (
    <div className="md-layers">
      <div style={{ aspectRatio: `${width} / ${height}`, width: `min(100cqw, 100cqh * ${width / height})` }}>
        {image}
        {masks.map((path) => (
          <Mask key={path} address={addressOf(path)} />
        ))}
        {boxes.map((path) => (
          <Boxes key={path} address={addressOf(path)} width={width} height={height} />
        ))}
      </div>
    </div>
  );
}

function Boxes({ address, width, height }: { address: string; width: number; height: number }) {
  const file = useJsonFile(address);
  const boxes = boxesOf(file.data, width, height);
  return (
    <div className="md-boxes">
      {boxes.map((box, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes of a file do not move.
        <BoxMark key={place} box={box} />
      ))}
    </div>
  );
}

function BoxMark({ box }: { box: Box }) {
  const share = (value: number) => `${value * 100}%`;
  const colour = `var(${classToken(box.classId)})`;
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
      }}
    >
      <i style={{ background: colour }}>{box.caption}</i>
    </span>
  );
}

function Mask({ address }: { address: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the classes change with the theme.
  useEffect(() => {
    const image = new Image();
    let gone = false;
    image.onload = () => {
      const target = canvas.current;
      const pen = target?.getContext("2d");
      if (gone || !target || !pen) return;
      target.width = image.naturalWidth;
      target.height = image.naturalHeight;
      pen.drawImage(image, 0, 0);
      const grey = pen.getImageData(0, 0, target.width, target.height);
      paintMask(grey.data, rgbOf, MASK_ALPHA);
      pen.putImageData(grey, 0, 0);
    };
    image.src = address;
    return () => {
      gone = true;
    };
  }, [address, theme]);
  return <canvas ref={canvas} className="md-mask" />;
}

function rgbOf(classId: number): [number, number, number] {
  const n = Number.parseInt(inkOf(classToken(classId)).slice(1), 16) || 0;
  return [n >> 16, (n >> 8) & 255, n & 255];
}
