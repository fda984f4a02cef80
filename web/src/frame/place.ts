import { useRouterState } from "@tanstack/react-router";

export interface Place {
  entity: string | null;
  project: string | null;
  run: string | null;
  page: "home" | "sign-in" | "settings" | "entity" | "workspace" | "runs" | "overview" | "run";
}

/** Where an address lies in the product. */
export function placeOf(path: string): Place {
  const parts = path.split("/").filter(Boolean).map(decode);
  const [first = "", second, third, fourth] = parts;
  const none = { entity: null, project: null, run: null };
  if (first === "sign-in") return { ...none, page: "sign-in" };
  if (first === "settings") return { ...none, page: "settings" };
  if (first === "" || first === "home") return { ...none, page: "home" };
  if (!second) return { ...none, entity: first, page: "entity" };
  const at = { entity: first, project: second };
  if (third === "runs" && fourth) return { ...at, run: fourth, page: "run" };
  if (third === "runs" || third === "overview") return { ...at, run: null, page: third };
  return { ...at, run: null, page: "workspace" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function usePlace(): Place {
  return placeOf(useRouterState({ select: (state) => state.location.pathname }));
}
