/** A terminal line as styled pieces: colours and weights kept, carriage returns and the rest played out. Pure. */

export interface Piece {
  text: string;
  /** Class names and inline colour; undefined for plain text. */
  style?: PieceStyle;
}

export interface PieceStyle {
  /** A token such as `red`, or `#rrggbb`. */
  color?: string;
  ground?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  inverse?: boolean;
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters terminals speak in.
  /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[()*+].|[0-9A-Za-z<=>~|}{])/g;

/** The line without anything that is not text, as it stood last. */
export function plainText(line: string): string {
  if (!hasControls(line)) return line;
  return pieces(line)
    .map((piece) => piece.text)
    .join("");
}

function hasControls(line: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters terminals speak in.
  return /[\u0000-\u0008\u000b-\u001f\u007f\u009b]/.test(line);
}

interface Cell {
  char: string;
  style: PieceStyle | undefined;
}

export function pieces(line: string): Piece[] {
  if (!hasControls(line)) return line ? [{ text: line }] : [];
  const cells: Cell[] = [];
  let at = 0;
  let style: PieceStyle | undefined;
  const put = (char: string) => {
    while (cells.length < at) cells.push({ char: " ", style: undefined });
    cells[at++] = { char, style };
  };
  const write = (text: string) => {
    for (const char of text) {
      if (char === "\r") at = 0;
      else if (char === "\b") at = Math.max(0, at - 1);
      else if (char === "\t") {
        const to = at + 8 - (at % 8);
        while (at < to) put(" ");
      } else if (char >= " " && char !== "\u007f") put(char);
    }
  };
  let from = 0;
  for (const found of line.matchAll(ESCAPE)) {
    write(line.slice(from, found.index));
    from = found.index + found[0].length;
    const [, parameters = "", final] = found;
    if (final === "m") style = restyled(style, parameters);
    else if (final === "K") erase(cells, at, parameters);
    else if (final === "G") at = Math.max(0, (Number(parameters) || 1) - 1);
    else if (final === "C") at += Number(parameters) || 1;
    else if (final === "D") at = Math.max(0, at - (Number(parameters) || 1));
  }
  write(line.slice(from));
  return joined(cells);
}

function erase(cells: Cell[], at: number, parameters: string): void {
  if (parameters === "1") {
    for (let place = 0; place < Math.min(at, cells.length); place++) cells[place] = { char: " ", style: undefined };
  } else cells.length = parameters === "2" ? 0 : Math.min(at, cells.length);
}

function joined(cells: readonly Cell[]): Piece[] {
  const out: Piece[] = [];
  for (const { char, style } of cells) {
    const last = out.at(-1);
    if (last && last.style === style) last.text += char;
    else out.push(style ? { text: char, style } : { text: char });
  }
  return out;
}

/** The style after a list of SGR numbers; undefined is plain. */
function restyled(before: PieceStyle | undefined, parameters: string): PieceStyle | undefined {
  let style: PieceStyle = { ...before };
  const codes = parameters.split(/[;:]/).map((code) => Number(code) || 0);
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place] as number;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 7) style.inverse = true;
    else if (code === 9) style.strike = true;
    else if (code === 22) {
      delete style.bold;
      delete style.dim;
    } else if (code === 23) delete style.italic;
    else if (code === 24) delete style.underline;
    else if (code === 27) delete style.inverse;
    else if (code === 29) delete style.strike;
    else if (code === 39) delete style.color;
    else if (code === 49) delete style.ground;
    else if (code === 38 || code === 48) {
      const [color, used] = wideColor(codes.slice(place + 1));
      place += used;
      if (color) style[code === 38 ? "color" : "ground"] = color;
    } else {
      const bright = code >= 90;
      const base = bright ? code - 60 : code;
      if (base >= 30 && base <= 37) style.color = NAMES[base - 30] ?? "white";
      else if (base >= 40 && base <= 47) style.ground = NAMES[base - 40] ?? "white";
    }
  }
  return Object.keys(style).length > 0 ? style : undefined;
}

/** The colour of `38;5;n` or `38;2;r;g;b`, and how many numbers it took. */
function wideColor(codes: readonly number[]): [string | null, number] {
  if (codes[0] === 5) return [indexed(codes[1] ?? 0), 2];
  if (codes[0] === 2) return [hex(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), 4];
  return [null, 0];
}

function indexed(code: number): string {
  if (code < 16) return NAMES[code % 8] ?? "white";
  if (code >= 232) {
    const grey = 8 + (code - 232) * 10;
    return hex(grey, grey, grey);
  }
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40);
  const cube = code - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function hex(...parts: number[]): string {
  return `#${parts.map((part) => Math.max(0, Math.min(255, part)).toString(16).padStart(2, "0")).join("")}`;
}
