/** Which picture is open, in the address: a link opens it again. */
import { useMemo } from "react";
import { useAddress } from "@/pages/parts/address";

export interface Slot {
  run: string;
  /** Null goes with the step of the viewer. */
  step: number | null;
}

export interface At {
  panel: string;
  step: number;
  /** Place in the list logged at the step. */
  index: number;
  /** What stands beside one another; the first is the picture itself. */
  slots: readonly Slot[];
}

export const MOST_SLOTS = 4;
const PARAM = "pic";

export function writeAt({ panel, step, index, slots }: At): string {
  const beside = slots.map((slot) => (slot.step === null ? slot.run : `${slot.run}@${slot.step}`)).join(",");
  return [encodeURIComponent(panel).replaceAll("~", "%7E"), step, index, beside].join("~");
}

export function readAt(said: string | undefined): At | null {
  const [panel, step, index, beside] = (said ?? "").split("~");
  if (!panel || !beside || !Number.isFinite(Number(step)) || !Number.isInteger(Number(index))) return null;
  const slots = beside.split(",").flatMap((each): Slot[] => {
    const [run, at] = each.split("@");
    return run ? [{ run, step: at !== undefined && Number.isFinite(Number(at)) ? Number(at) : null }] : [];
  });
  try {
    return {
      panel: decodeURIComponent(panel),
      step: Number(step),
      index: Number(index),
      slots: slots.slice(0, MOST_SLOTS),
    };
  } catch {
    return null;
  }
}

export interface Opened {
  /** Null where nothing of this panel is open. */
  at: At | null;
  open: (picture: { run: string; step: number; index: number }) => void;
  change: (patch: Partial<At>) => void;
  close: () => void;
  /** The address that opens the same, wherever the panel stands. */
  link: () => string;
}

/** `large` is the panel that fills the screen: while there is one, the same panel on the board beneath it opens nothing. */
export function useOpened(panel: string, large: boolean): Opened {
  const [address, set] = useAddress();
  const said = Boolean(address.panel) === large ? address[PARAM] : undefined;
  const at = useMemo(() => {
    const read = readAt(said);
    return read?.panel === panel ? read : null;
  }, [said, panel]);
  return {
    at,
    open: ({ run, step, index }) =>
      set({ [PARAM]: writeAt({ panel, step, index, slots: [{ run, step: null }] }) }, true),
    change: (patch) => at && set({ [PARAM]: writeAt({ ...at, ...patch }) }),
    close: () => set({ [PARAM]: undefined }),
    link: () => {
      const url = new URL(window.location.href);
      url.searchParams.set("panel", panel);
      return url.href;
    },
  };
}
