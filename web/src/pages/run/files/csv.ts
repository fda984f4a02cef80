/** Reading CSV and TSV (RFC 4180, and what people make of it). Pure. */

export interface Csv {
  head: string[];
  rows: string[][];
  /** More rows than were read. */
  more: boolean;
}

/** At most `limit` rows under the head. A text that was cut loses its last, unfinished row. */
export function parseCsv(text: string, separator: string, limit: number, cut = false): Csv {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (; at < text.length && rows.length <= limit; at++) {
    const char = text[at] as string;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator) endCell();
    else if (char === "\n") endRow();
    else if (char === "\r") {
      if (text[at + 1] !== "\n") endRow();
    } else cell += char;
  }
  const whole = at >= text.length;
  if (whole && !cut && (cell !== "" || row.length > 0)) endRow();
  const [head = [], ...body] = rows;
  return { head, rows: body.slice(0, limit), more: !whole || cut || body.length > limit };
}

/** The separator of a file: tabs in `.tsv`, else whichever of `,` `;` tab its first line has most of. */
export function separatorOf(path: string, text: string): string {
  if (/\.tsv$/i.test(path)) return "\t";
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counts = [",", ";", "\t"].map((each) => [each, line.split(each).length] as const);
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
