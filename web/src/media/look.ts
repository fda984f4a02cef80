/** How the layers of all pictures below are drawn; by itself everything is shown. */
import { createContext, useContext } from "react";
import { inkOf } from "@/theme/colours";
import { classToken, PLAIN_OVERLAY } from "./overlay";

const Overlay = createContext(PLAIN_OVERLAY);

export const OverlayProvider = Overlay.Provider;

export function useOverlay() {
  return useContext(Overlay);
}

/** The colour of a class in this theme, for canvas. */
export function classRgb(classId: number): [number, number, number] {
  const n = Number.parseInt(inkOf(classToken(classId)).slice(1), 16) || 0;
  return [n >> 16, (n >> 8) & 255, n & 255];
}
