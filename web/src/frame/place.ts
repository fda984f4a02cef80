import { useRouterState } from "@tanstack/react-router";

export interface Place {
  entity: string | null;
  project: string | null;
  run: string | null;
  /** What the page is of, where that is neither a run nor the project: a sweep, a version, a report. */
  thing: string | null;
  page: Page;
}

export type ProjectPage =
  | "workspace"
  | "runs"
  | "overview"
  | "sweeps"
  | "artifacts"
  | "reports"
  | "alerts"
  | "settings"
  | "compare";
export type Page = "home" | "sign-in" | "authorize" | "entity" | ProjectPage | "run";

const PAGES: readonly string[] = ["runs", "overview", "alerts", "settings", "compare"] satisfies ProjectPage[];
const LISTS: readonly string[] = ["sweeps", "artifacts", "reports"] satisfies ProjectPage[];

/** Where an address lies in the product. */
export function placeOf(path: string): Place {
  const parts = path.split("/").filter(Boolean).map(decode);
  const [first = "", second, third, fourth] = parts;
  const none = { entity: null, project: null, run: null, thing: null };
  if (first === "sign-in" || first === "authorize") return { ...none, page: first };
  if (first === "settings") return { ...none, page: "settings" };
  if (first === "" || first === "home") return { ...none, page: "home" };
  if (!second) return { ...none, entity: first, page: "entity" };
  const at = { entity: first, project: second, run: null, thing: null };
  if (third === "runs" && fourth) return { ...at, run: fourth, page: "run" };
  if (third && PAGES.includes(third)) return { ...at, page: third as ProjectPage };
  if (third && LISTS.includes(third))
    return { ...at, thing: thingOf(third, parts.slice(3)), page: third as ProjectPage };
  return { ...at, page: "workspace" };
}

/** What the rest of an address names: `model/net/v3` is `net:v3`, a report's title comes before its id. */
function thingOf(list: string, parts: string[]): string | null {
  const [first, name, version] = parts;
  if (name && list === "artifacts") return version ? `${name}:${version}` : name;
  return first?.replace(/--[^-]*$/, "").replaceAll("-", " ") || null;
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
