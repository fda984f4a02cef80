import { bytes, number } from "@/ui/numbers";
import type { Unit } from "./charts";

/** A value of the machine as people read it. */
export function inUnit(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return "—";
  if (unit === "bytes") return bytes(value);
  if (unit === "bytes/s") return `${bytes(value)}/s`;
  if (unit === "%") return `${value.toFixed(value < 10 ? 1 : 0)}%`;
  return unit ? `${number(value, 3)} ${unit}` : number(value, 3);
}
