/** Rows as CSV (RFC 4180), as TSV for the clipboard. Pure. */

/** Rows of any values. */
export function linesText(rows: readonly (readonly unknown[])[], separator: "," | "\t" = ","): string {
  const lines = rows.map((row) => row.map((value) => cell(plain(value), separator)).join(separator));
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
