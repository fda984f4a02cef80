/** Filter chips: how they stand in the address, read as words, and become the server's filter. Pure. */
import type { Filter, Op, Where } from "@/api/types";

export interface Chip {
  field: string;
  op: Op;
  value: string;
}

export const CHIP_OPS: readonly Op[] = ["=", "!=", "<", "<=", ">", ">=", "contains", "matches", "exists"];

const part = (text: string) => text.replaceAll("%", "%25").replaceAll("~", "%7E").replaceAll("|", "%7C");
const unpart = (text: string) => text.replaceAll("%7C", "|").replaceAll("%7E", "~").replaceAll("%25", "%");

export function formatChips(chips: readonly Chip[]): string {
  return chips.map((chip) => [chip.field, chip.op, chip.value].map(part).join("|")).join("~");
}

/** The chips of an address; what cannot be read is left out. */
export function parseChips(text: string): Chip[] {
  if (!text) return [];
  return text.split("~").flatMap((piece) => {
    const [field, op, value = ""] = piece.split("|").map(unpart);
    return field && op && (CHIP_OPS as readonly string[]).includes(op) ? [{ field, op: op as Op, value }] : [];
  });
}

/** What was typed, as the value it means: 0.1 is a number, true a boolean, the rest text. */
export function chipValue(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  if (trimmed === "null") return null;
  if (trimmed !== "" && Number.isFinite(Number(trimmed))) return Number(trimmed);
  const quoted = /^"(.*)"$/.exec(trimmed);
  return quoted ? (quoted[1] ?? "") : trimmed;
}

const TEXT_FIELDS = new Set(["id", "name", "state", "notes", "group", "job_type", "user", "host", "program", "tags"]);

export function chipsFilter(chips: readonly Chip[]): Filter | null {
  if (chips.length === 0) return null;
  const parts = chips.map((chip): Where => {
    if (chip.op === "exists") return { type: "where", field: chip.field, op: "exists", value: true };
    if (chip.field === "tags" && chip.op === "=")
      return { type: "where", field: "tags", op: "contains", value: chip.value };
    const text = TEXT_FIELDS.has(chip.field) || chip.op === "contains" || chip.op === "matches";
    return { type: "where", field: chip.field, op: chip.op, value: text ? chip.value.trim() : chipValue(chip.value) };
  });
  return { type: "every", parts };
}

/** The chip as it reads: without the drawer its field lies in. */
export function chipWords(chip: Chip): string {
  const field = chip.field.replace(/^(config|summary)\./, "");
  return chip.op === "exists" ? `${field} ${chip.op}` : `${field} ${chip.op} ${chip.value}`;
}

/** Where in the text (from 0) the server stopped reading, when its message says so: "At position 12 of the query". */
export function errorPosition(message: string): number | null {
  const found = /position\s+(\d+)/i.exec(message);
  return found?.[1] ? Number(found[1]) - 1 : null;
}
