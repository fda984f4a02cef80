/** Runs as CSV (RFC 4180), as TSV for the clipboard. Pure. */
import type { Run } from "@/api/types";
import { fieldValue } from "./field-value";

export function csvText(runs: readonly Run[], fields: readonly string[], separator: "," | "\t" = ","): string {
  const lines = [fields.map((field) => cell(field, separator)).join(separator)];
  for (const run of runs)
    lines.push(fields.map((field) => cell(plain(fieldValue(run, field)), separator)).join(separator));
  return `${lines.join("\r\n")}\r\n`;
}

/** A value as a spreadsheet wants it: numbers in full, lists of words by comma, the rest as JSON. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value.join(", ");
  return JSON.stringify(value);
}

function cell(text: string, separator: string): string {
  const special = text.includes(separator) || /["\r\n]/.test(text);
  return special ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a text to the browser as a file. */
export function saveText(text: string, name: string, mime: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${mime};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
