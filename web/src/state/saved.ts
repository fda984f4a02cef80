/** Saved views as values: what a view says of the address, and what the address says otherwise. Pure. */
import { type Layout, readLayout } from "./layout";
import type { SearchParams } from "./view";

/** In the address: as it is by itself, whatever the saved view says. */
const BY_ITSELF = "~";

/** What holds where an address is read over a saved view: the address wins. */
export function over(base: SearchParams, address: SearchParams): SearchParams {
  const out: Record<string, string | undefined> = { ...base };
  for (const [name, value] of Object.entries(address)) {
    if (value === undefined || value === "") continue;
    if (value === BY_ITSELF) delete out[name];
    else out[name] = value;
  }
  return out;
}

/** What the address has to say so that it reads as `wanted` over a saved view; what the view says is left out. */
export function relativeTo(base: SearchParams, wanted: SearchParams): Record<string, string | undefined> {
  const out: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const known = base[name] || undefined;
    out[name] = (value || undefined) === known ? undefined : value || BY_ITSELF;
  }
  return out;
}

export interface SavedSpec {
  address: SearchParams;
  layout: Layout;
}

export function readSpec(raw: unknown): SavedSpec {
  const spec = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>) : {};
  const address = typeof spec.address === "string" ? Object.fromEntries(new URLSearchParams(spec.address)) : {};
  return { address, layout: readLayout(spec.layout) };
}

export function writeSpec({ address, layout }: SavedSpec): { address: string; layout: Layout } {
  return { address: addressText(address), layout };
}

/** Parameters as text, in an order of their own, so that the same ones read the same. */
export function addressText(address: SearchParams): string {
  const said = Object.entries(address).filter((each): each is [string, string] => Boolean(each[1]));
  return new URLSearchParams(said.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
}
