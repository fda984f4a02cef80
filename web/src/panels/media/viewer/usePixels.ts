/** A picture with its layers, read and ready to be drawn. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { dataOf, type Mask, maskQuery, type Pixels, pixelsQuery } from "@/media/bitmap";
import { classRgb } from "@/media/look";
import { type Box, boxesOf, maskInk, type OverlayLook, shownBoxes } from "@/media/overlay";
import { jsonQuery, runFiles } from "@/media/source";
import { boxesAt, classAt } from "@/media/summary";
import { useBoard } from "@/panels/board";
import { useTheme } from "@/theme/theme";
import type { Shown } from "../PicturePanel";
import { type Drawn, inkMask } from "./Stage";

export interface LayerOf<T> {
  name: string;
  value: T;
}

export interface Loaded {
  pixels: Pixels | undefined;
  failed: unknown;
  masks: LayerOf<Mask>[];
  inked: Drawn[];
  /** Boxes that the look leaves, of all layers. */
  boxes: LayerOf<Box>[];
}

export function usePixels(shown: Shown, look: OverlayLook): Loaded {
  const { entity, project } = useBoard();
  const { item, run } = shown;
  const addressOf = useMemo(() => runFiles(entity, project, run.id), [entity, project, run.id]);
  const picture = useQuery(pixelsQuery(addressOf(item.path)));
  const theme = useTheme();
  const maskNames = Object.keys(item.masks);
  const boxNames = Object.keys(item.boxes);
  const masks = useQueries({
    queries: maskNames.map((name) => maskQuery(addressOf(item.masks[name] ?? ""))),
    combine: (found) => found.map((file) => file.data),
  });
  const files = useQueries({
    queries: boxNames.map((name) => jsonQuery(addressOf(item.boxes[name] ?? ""))),
    combine: (found) => found.map((file) => file.data),
  });
  const width = picture.data?.width ?? item.width;
  const height = picture.data?.height ?? item.height;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names go with the item.
  const read = useMemo(
    () => masks.flatMap((value, at) => (value ? [{ name: maskNames[at] ?? "", value }] : [])),
    [masks, item],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the classes change with the theme.
  const inked = useMemo(
    () => read.map(({ name, value }) => inkMask(value.ids, value.width, value.height, maskInk(name, look, classRgb))),
    [read, look, theme],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names go with the item.
  const boxes = useMemo(
    () =>
      files.flatMap((file, at) => {
        const name = boxNames[at] ?? "";
        return shownBoxes(boxesOf(file, width, height), name, look).map((value) => ({ name, value }));
      }),
    [files, item, width, height, look],
  );
  return { pixels: picture.data, failed: picture.error, masks: read, inked, boxes };
}

/** The bytes of a picture, read once it is pointed at. */
export function useData(pixels: Pixels | undefined, wanted: boolean): ImageData | null {
  return useMemo(() => (pixels && wanted ? dataOf(pixels.bitmap) : null), [pixels, wanted]);
}

export interface PixelFacts {
  x: number;
  y: number;
  rgba: [number, number, number, number];
  classes: { id: number; label: string }[];
  boxes: Box[];
}

export function pixelAt(shown: Shown, loaded: Loaded, data: ImageData, at: { x: number; y: number }): PixelFacts {
  const [x, y] = [Math.floor(at.x * data.width), Math.floor(at.y * data.height)];
  const from = (y * data.width + x) * 4;
  const byte = (channel: number) => data.data[from + channel] ?? 0;
  return {
    x,
    y,
    rgba: [byte(0), byte(1), byte(2), byte(3)],
    classes: loaded.masks.flatMap(({ name, value }) => {
      const id = classAt(value, at.x, at.y);
      return id === 0 ? [] : [{ id, label: shown.item.labels?.[name]?.[id] ?? `class ${id}` }];
    }),
    boxes: boxesAt(
      loaded.boxes.map(({ value }) => value),
      at.x,
      at.y,
    ),
  };
}
