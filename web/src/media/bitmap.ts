/** Pictures and masks as pixels: fetched once, decoded once, kept for as long as something shows them. */
import { ask } from "@/api/client";

const KEPT_MS = 60_000;

export interface Pixels {
  bitmap: ImageBitmap;
  width: number;
  height: number;
  sizeBytes: number;
}

export interface Mask {
  width: number;
  height: number;
  /** The class of each pixel. */
  ids: Uint8Array;
  /** The classes there are, without the ground, in order. */
  present: number[];
}

async function decoded(address: string, signal: AbortSignal): Promise<Pixels> {
  const answer = await ask(address, { signal, accept: "*/*" });
  const blob = await answer.blob();
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  return { bitmap, width: bitmap.width, height: bitmap.height, sizeBytes: blob.size };
}

export function pixelsQuery(address: string) {
  return {
    queryKey: ["pixels", address] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => decoded(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    retry: false,
  };
}

export function maskQuery(address: string) {
  return {
    queryKey: ["mask", address] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Mask> => {
      const { bitmap, width, height } = await decoded(address, signal);
      const rgba = dataOf(bitmap).data;
      bitmap.close();
      const ids = new Uint8Array(width * height);
      const seen = new Uint8Array(256);
      for (let at = 0; at < ids.length; at++) {
        const id = rgba[at * 4]!;
        ids[at] = id;
        seen[id] = 1;
      }
      return { width, height, ids, present: [...seen.keys()].filter((id) => id > 0 && seen[id] === 1) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    retry: false,
  };
}

/** The pixels of a bitmap, one after another. */
export function dataOf(bitmap: ImageBitmap): ImageData {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}
