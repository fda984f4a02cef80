/**
 * Expressions over the columns of a row: what filters rows, and what computes new columns. Pure.
 *
 *     confidence < 0.5 and predicted != truth
 *     lower(answer) contains "sorry" or len(answer) > 400
 *     `val loss` / 2 + 1
 *
 * A column is called by its name; one that is no plain word stands in backticks. Nothing compares with an empty cell
 * but `= null` and `!= null`.
 */
import { asNumber } from "@/ui/numbers";
import type { Column } from "./columns";
import { patternOf } from "./filters";
import { cellText, isEmpty, type Row } from "./table";

export type Value = number | string | boolean | null;
export type Compiled = (row: Row) => Value;

export type Fault =
  | "column"
  | "function"
  | "end"
  | "unexpected"
  | "quote"
  | "arguments"
  | "pattern"
  | "letter"
  | "bracket";

export class ExpressionError extends Error {
  override readonly name = "ExpressionError";

  constructor(
    readonly fault: Fault,
    /** Where in the text. */
    readonly at: number,
    /** What stands there. */
    readonly what: string,
    /** What may have been meant. */
    readonly near: string = "",
  ) {
    super(`${fault} ${what}`);
  }
}

interface Token {
  kind: "number" | "text" | "name" | "word" | "sign" | "end";
  text: string;
  at: number;
}

const WORDS = new Set(["and", "or", "not", "contains", "matches", "in", "true", "false", "null"]);
const SIGNS = /^(<=|>=|!=|<>|==|[-+*/%()=<>,])/;
const NAME = /^[\p{L}_][\p{L}\p{N}_.]*/u;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const letter = rest[0] ?? "";
    let found: string;
    if (/\s/.test(letter)) {
      at += 1;
      continue;
    }
    if (letter === '"' || letter === "'" || letter === "`") {
      const closed = new RegExp(`^${letter}((?:\\\\.|[^${letter}\\\\])*)${letter}`, "su").exec(rest);
      if (!closed) throw new ExpressionError("quote", at, letter);
      found = closed[0];
      const inner = (closed[1] ?? "").replace(/\\(.)/gsu, "$1");
      tokens.push({ kind: letter === "`" ? "name" : "text", text: inner, at });
    } else if (/^(\d|\.\d)/.test(rest)) {
      found = /^\d*\.?\d*(?:[eE][-+]?\d+)?/.exec(rest)?.[0] ?? letter;
      tokens.push({ kind: "number", text: found, at });
    } else if (NAME.test(rest)) {
      found = NAME.exec(rest)?.[0] ?? letter;
      const word = found.toLowerCase();
      tokens.push(WORDS.has(word) ? { kind: "word", text: word, at } : { kind: "name", text: found, at });
    } else {
      found = SIGNS.exec(rest)?.[0] ?? "";
      if (!found) throw new ExpressionError("letter", at, letter);
      tokens.push({ kind: "sign", text: found, at });
    }
    at += found.length;
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

type Function_ = { least: number; most: number; run: (values: Value[]) => Value };

const numeric = (run: (value: number) => number): Function_ => ({
  least: 1,
  most: 1,
  run: ([value]) => (typeof value === "number" ? run(value) : null),
});

const worded = (run: (text: string) => Value): Function_ => ({
  least: 1,
  most: 1,
  run: ([value]) => (value === null || value === undefined ? null : run(String(value))),
});

const several = (run: (...values: number[]) => number): Function_ => ({
  least: 1,
  most: 20,
  run: (values) => {
    const numbers = values.filter((value): value is number => typeof value === "number");
    return numbers.length > 0 ? run(...numbers) : null;
  },
});

export const FUNCTIONS: Record<string, Function_> = {
  abs: numeric(Math.abs),
  sqrt: numeric(Math.sqrt),
  log: numeric(Math.log),
  log10: numeric(Math.log10),
  exp: numeric(Math.exp),
  floor: numeric(Math.floor),
  ceil: numeric(Math.ceil),
  round: {
    least: 1,
    most: 2,
    run: ([value, digits]) => {
      if (typeof value !== "number") return null;
      const scale = 10 ** (typeof digits === "number" ? digits : 0);
      return Math.round(value * scale) / scale;
    },
  },
  min: several(Math.min),
  max: several(Math.max),
  len: worded((text) => text.length),
  lower: worded((text) => text.toLowerCase()),
  upper: worded((text) => text.toUpperCase()),
  if: { least: 3, most: 3, run: ([test, yes, no]) => (truth(test ?? null) ? (yes ?? null) : (no ?? null)) },
};

/** The expression, ready for rows. Throws ExpressionError, which says where it cannot be read and why. */
export function compile(text: string, columns: readonly Column[]): Compiled {
  const tokens = tokensOf(text);
  let next = 0;
  const peek = (): Token => tokens[next] ?? { kind: "end", text: "", at: text.length };
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const is = (kind: Token["kind"], ...texts: string[]): boolean => peek().kind === kind && texts.includes(peek().text);
  const wrong = (): never => {
    const { kind, at, text: what } = peek();
    throw new ExpressionError(kind === "end" ? "end" : "unexpected", at, what);
  };

  function either(): Compiled {
    let left = both();
    while (is("word", "or")) {
      take();
      const [a, b] = [left, both()];
      left = (row) => truth(a(row)) || truth(b(row));
    }
    return left;
  }
  function both(): Compiled {
    let left = negated();
    while (is("word", "and")) {
      take();
      const [a, b] = [left, negated()];
      left = (row) => truth(a(row)) && truth(b(row));
    }
    return left;
  }
  function negated(): Compiled {
    if (!is("word", "not")) return compared();
    take();
    const inner = negated();
    return (row) => !truth(inner(row));
  }
  function compared(): Compiled {
    const left = sum();
    if (is("sign", "=", "==", "!=", "<>", "<", "<=", ">", ">=")) {
      const sign = take().text;
      const right = sum();
      return (row) => compare(sign, left(row), right(row));
    }
    const not = is("word", "not") && tokens[next + 1]?.kind === "word";
    if (not) take();
    if (is("word", "contains")) {
      take();
      const right = sum();
      return (row) => contains(left(row), right(row)) !== not;
    }
    if (is("word", "matches")) {
      take();
      const { kind, text: pattern, at } = take();
      if (kind !== "text") throw new ExpressionError("pattern", at, pattern);
      const found = patternOf(pattern);
      if (!found) throw new ExpressionError("pattern", at, pattern);
      return (row) => found.test(String(left(row) ?? "")) !== not;
    }
    if (is("word", "in")) {
      take();
      const values = listed();
      return (row) => {
        const value = left(row);
        return values.some((each) => compare("=", value, each(row))) !== not;
      };
    }
    return not ? wrong() : left;
  }
  function listed(): Compiled[] {
    const { at } = peek();
    if (!is("sign", "(")) wrong();
    take();
    const values: Compiled[] = [];
    while (!is("sign", ")")) {
      values.push(either());
      if (is("sign", ",")) take();
      else if (!is("sign", ")")) {
        if (peek().kind === "end") throw new ExpressionError("bracket", at, "(");
        wrong();
      }
    }
    take();
    return values;
  }
  function sum(): Compiled {
    let left = product();
    while (is("sign", "+", "-")) {
      const sign = take().text;
      const [a, b] = [left, product()];
      left = (row) => {
        const [x, y] = [a(row), b(row)];
        if (typeof x === "number" && typeof y === "number") return sign === "+" ? x + y : x - y;
        return sign === "+" && typeof x === "string" && typeof y === "string" ? x + y : null;
      };
    }
    return left;
  }
  function product(): Compiled {
    let left = signed();
    while (is("sign", "*", "/", "%")) {
      const sign = take().text;
      const [a, b] = [left, signed()];
      left = (row) => {
        const [x, y] = [a(row), b(row)];
        if (typeof x !== "number" || typeof y !== "number") return null;
        return sign === "*" ? x * y : sign === "/" ? x / y : x % y;
      };
    }
    return left;
  }
  function signed(): Compiled {
    if (!is("sign", "-")) return single();
    take();
    const inner = signed();
    return (row) => {
      const value = inner(row);
      return typeof value === "number" ? -value : null;
    };
  }
  function single(): Compiled {
    const token = peek();
    if (token.kind === "number") {
      take();
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === "text") {
      take();
      return () => token.text;
    }
    if (token.kind === "word" && ["true", "false", "null"].includes(token.text)) {
      take();
      const value = token.text === "null" ? null : token.text === "true";
      return () => value;
    }
    if (is("sign", "(")) {
      take();
      const inner = either();
      if (!is("sign", ")")) {
        if (peek().kind === "end") throw new ExpressionError("bracket", token.at, "(");
        wrong();
      }
      take();
      return inner;
    }
    if (token.kind !== "name") return wrong();
    take();
    if (is("sign", "(") && text[token.at] !== "`") return called(token);
    return cellOf(columnNamed(token, columns).place);
  }
  function called(token: Token): Compiled {
    const known = FUNCTIONS[token.text.toLowerCase()];
    if (!known)
      throw new ExpressionError("function", token.at, token.text, nearest(token.text, Object.keys(FUNCTIONS)));
    const values = listed();
    if (values.length < known.least || values.length > known.most)
      throw new ExpressionError("arguments", token.at, token.text, String(known.least));
    return (row) => known.run(values.map((value) => value(row)));
  }

  const whole = either();
  if (peek().kind !== "end") wrong();
  return whole;
}

function columnNamed({ text, at }: Token, columns: readonly Column[]): Column {
  const lower = text.toLowerCase();
  const found = columns.find(({ id }) => id === text) ?? columns.find(({ id }) => id.toLowerCase() === lower);
  if (found) return found;
  const names = columns.map(({ id }) => id);
  throw new ExpressionError("column", at, text, nearest(text, names));
}

/** The name that is most like a word; empty where none is. */
export function nearest(word: string, names: readonly string[]): string {
  let [best, least] = ["", Math.max(2, Math.ceil(word.length / 3)) + 1];
  for (const name of names) {
    const far = name.toLowerCase().startsWith(word.toLowerCase())
      ? 1
      : distance(word.toLowerCase(), name.toLowerCase());
    if (far < least) [best, least] = [name, far];
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

function cellOf(place: number): Compiled {
  return (row) => {
    const cell = row[place];
    if (isEmpty(cell)) return null;
    const number = asNumber(cell);
    if (number !== null) return number;
    return typeof cell === "boolean" || typeof cell === "string" ? cell : cellText(cell);
  };
}

function truth(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== "" && !Number.isNaN(value);
}

function contains(whole: Value, part: Value): boolean {
  return whole !== null && part !== null && String(whole).toLowerCase().includes(String(part).toLowerCase());
}

function compare(sign: string, a: Value, b: Value): boolean {
  if (sign === "=" || sign === "==") return a === b || (a !== null && b !== null && String(a) === String(b));
  if (sign === "!=" || sign === "<>") return !compare("=", a, b);
  if (a === null || b === null || typeof a !== typeof b) return false;
  if (sign === "<") return a < b;
  if (sign === "<=") return a <= b;
  return sign === ">" ? a > b : a >= b;
}
