/** A kept config, taken value by value: what is odd becomes what the kind says instead. Pure, never throws. */

export type Raw = Readonly<Record<string, unknown>>;

export function textIn(raw: Raw, name: string, otherwise = ""): string {
  const value = raw[name];
  return typeof value === "string" ? value : otherwise;
}

export function textsIn(raw: Raw, name: string): string[] {
  const value = raw[name];
  return Array.isArray(value) ? [...new Set(value.filter((each): each is string => typeof each === "string"))] : [];
}

export function flagIn(raw: Raw, name: string, otherwise = false): boolean {
  const value = raw[name];
  return typeof value === "boolean" ? value : otherwise;
}

export function numberIn(raw: Raw, name: string, otherwise: number, low = -Infinity, high = Infinity): number {
  const value = raw[name];
  return typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}

/** A finite number or null: an end of a range that may be open. */
export function endIn(raw: Raw, name: string): number | null {
  const value = raw[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function oneOf<T extends string>(raw: Raw, name: string, options: readonly T[], otherwise: T): T {
  return options.find((option) => option === raw[name]) ?? otherwise;
}
