/** How a panel of pictures is laid out and what is drawn over them; kept with the panel. */
import { useCallback, useMemo } from "react";
import { type OverlayLook, PLAIN_OVERLAY, readOverlay } from "@/media/overlay";
import { useBoard } from "@/panels/board";
import { numberIn, oneOf, type Raw } from "@/panels/kinds/read";
import { usePanel } from "@/panels/panel";
import { changePanel } from "@/state/layout";

/** A column a run; rows of runs with a column a picture, or a step; or all pictures one after another. */
export const ARRANGES = ["runs", "grid", "steps", "gallery"] as const;
export type Arrange = (typeof ARRANGES)[number];

export interface MediaLook {
  arrange: Arrange;
  /** Width of a picture in pixels; 0 is as suits. */
  tile: number;
  /** Every so many of the logged steps. */
  stride: number;
  /** The slider moves this panel alone. */
  alone: boolean;
  overlay: OverlayLook;
}

export const TILE = { least: 32, most: 480 };
const PLAIN: MediaLook = { arrange: "runs", tile: 0, stride: 1, alone: false, overlay: PLAIN_OVERLAY };

export function readLook(raw: unknown): MediaLook {
  const said: Raw = typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Raw) : {};
  const tile = numberIn(said, "tile", 0, 0, TILE.most);
  return {
    arrange: oneOf(said, "arrange", ARRANGES, PLAIN.arrange),
    tile: tile > 0 ? Math.max(TILE.least, tile) : 0,
    stride: Math.round(numberIn(said, "stride", 1, 1, 1000)),
    alone: said.alone === true,
    overlay: readOverlay(said.overlay),
  };
}

/** Only what differs from what is by itself. */
export function saidLook(look: MediaLook): Raw {
  const plain = readLook(null);
  return Object.fromEntries(
    (Object.keys(plain) as (keyof MediaLook)[])
      .filter((name) => JSON.stringify(look[name]) !== JSON.stringify(plain[name]))
      .map((name) => [name, look[name]]),
  );
}

/** The look of the panel one stands in, and a way to change it. */
export function useLook(): [MediaLook, (patch: Partial<MediaLook>) => void] {
  const def = usePanel();
  const { edit } = useBoard();
  const kept = def?.config.look;
  const look = useMemo(() => readLook(kept), [kept]);
  const change = useCallback(
    (patch: Partial<MediaLook>) => {
      if (!def) return;
      const tag = `look of ${def.id} ${Object.keys(patch).join()}`;
      edit((layout) => {
        const { config } = layout.panels[def.id] ?? def;
        const next = saidLook({ ...readLook(config.look), ...patch });
        return changePanel(layout, def, { config: { ...config, look: next } });
      }, tag);
    },
    [def, edit],
  );
  return [look, change];
}
