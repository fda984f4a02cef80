/**
 * Formulas over metrics: `train/loss - val/loss`, `log(loss) / 2`, `max(a, 0)`. Pure: text to a tree, a tree to numbers.
 *
 * A metric's name may hold letters, digits and `_ . / -` (a minus needs spaces around it to be one), anything else in
 * backticks or `${…}`: `` `my metric` ``, `${my metric}`. Known functions: abs, ceil, exp, floor, log, log2, log10, round, sign, sqrt, sin, cos,
 * tanh, and with several arguments min, max, pow, and ema(x, weight).
 */

export type Formula =
  | { kind: "number"; value: number }
  | { kind: "metric"; name: string }
  | { kind: "negate"; of: Formula }
  | { kind: "binary"; op: "+" | "-" | "*" | "/" | "^" | "%"; left: Formula; right: Formula }
  | { kind: "call"; name: string; args: Formula[] };

/** A formula that is none: what is wrong, and at which column, from 0. */
export class FormulaError extends Error {
  constructor(
    readonly what: "end" | "unexpected" | "function" | "arguments" | "backtick" | "brace",
    readonly at: number,
    readonly near: string,
  ) {
    super(`${what} at ${at}: ${near}`);
  }
}

const ONE: Record<string, (x: number) => number> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  round: Math.round,
  sign: Math.sign,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
};
const MANY: Record<string, { least: number; of: (...all: number[]) => number }> = {
  min: { least: 1, of: Math.min },
  max: { least: 1, of: Math.max },
  pow: { least: 2, of: (a, b) => a ** b! },
};

interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
  at: number;
}

const NAME = /[\p{L}_][\p{L}\p{N}_./:]*(?:-(?=[\p{L}\p{N}_])[\p{L}\p{N}_./:]+)*/uy;
const NUMBER = /\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y;

function tokens(text: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    if (char === "`") {
      const end = text.indexOf("`", at + 1);
      if (end < 0) throw new FormulaError("backtick", at, text.slice(at, at + 12));
      out.push({ kind: "name", text: text.slice(at + 1, end), at });
      at = end + 1;
      continue;
    }
    if (text.startsWith("${", at)) {
      const end = text.indexOf("}", at + 2);
      if (end < 0) throw new FormulaError("brace", at, text.slice(at, at + 12));
      out.push({ kind: "name", text: text.slice(at + 2, end), at });
      at = end + 1;
      continue;
    }
    const read = (pattern: RegExp): string | null => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0] ?? null;
    };
    const number = read(NUMBER);
    const name = number === null ? read(NAME) : null;
    if (number !== null) out.push({ kind: "number", text: number, at });
    else if (name !== null) out.push({ kind: "name", text: name, at });
    else if ("+-*/^%(),".includes(char)) out.push({ kind: "sign", text: char, at });
    else throw new FormulaError("unexpected", at, char);
    at += (number ?? name ?? char).length;
  }
  out.push({ kind: "end", text: "", at: text.length });
  return out;
}

export function parseFormula(text: string): Formula {
  const all = tokens(text);
  let place = 0;
  const peek = () => all[place]!;
  const take = () => all[place++]!;
  const is = (sign: string) => peek().kind === "sign" && peek().text === sign;
  const wrong = (token: Token) => new FormulaError(token.kind === "end" ? "end" : "unexpected", token.at, token.text);

  const sum = (): Formula => {
    let left = product();
    while (is("+") || is("-")) {
      const op = take().text as "+" | "-";
      left = { kind: "binary", op, left, right: product() };
    }
    return left;
  };
  const product = (): Formula => {
    let left = signed();
    while (is("*") || is("/") || is("%")) {
      const op = take().text as "*" | "/" | "%";
      left = { kind: "binary", op, left, right: signed() };
    }
    return left;
  };
  const signed = (): Formula => {
    if (is("-")) {
      take();
      return { kind: "negate", of: signed() };
    }
    if (is("+")) {
      take();
      return signed();
    }
    return power();
  };
  const power = (): Formula => {
    const left = atom();
    if (!is("^")) return left;
    take();
    return { kind: "binary", op: "^", left, right: signed() };
  };
  const atom = (): Formula => {
    const token = take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "name") {
      if (!is("(")) return { kind: "metric", name: token.text };
      return call(token);
    }
    if (token.kind === "sign" && token.text === "(") {
      const inner = sum();
      const close = take();
      if (close.text !== ")" || close.kind !== "sign") throw wrong(close);
      return inner;
    }
    throw wrong(token);
  };
  const call = (token: Token): Formula => {
    take();
    const args = [sum()];
    while (is(",")) {
      take();
      args.push(sum());
    }
    const close = take();
    if (close.text !== ")" || close.kind !== "sign") throw wrong(close);
    const { text: name } = token;
    const right =
      name in ONE
        ? args.length === 1
        : name in MANY
          ? args.length >= MANY[name]!.least
          : name === "ema"
            ? args.length === 2
            : null;
    if (right === null) throw new FormulaError("function", token.at, name);
    if (!right) throw new FormulaError("arguments", token.at, name);
    return { kind: "call", name, args };
  };
  const whole = sum();
  if (peek().kind !== "end") throw wrong(peek());
  return whole;
}

/** The metrics a formula needs, each once. */
export function metricsOf(formula: Formula): string[] {
  switch (formula.kind) {
    case "number":
      return [];
    case "metric":
      return [formula.name];
    case "negate":
      return metricsOf(formula.of);
    case "binary":
      return [...new Set([...metricsOf(formula.left), ...metricsOf(formula.right)])];
    case "call":
      return [...new Set(formula.args.flatMap(metricsOf))];
  }
}

/**
 * Whether a formula of means is the mean of the formula: sums, and products with numbers. Everything else, such as a
 * ratio, a logarithm or the greater of two, is another number over buckets than over points.
 */
export function isLinear(formula: Formula): boolean {
  const isNumber = (part: Formula) => metricsOf(part).length === 0;
  switch (formula.kind) {
    case "number":
    case "metric":
      return true;
    case "negate":
      return isLinear(formula.of);
    case "binary": {
      const { op, left, right } = formula;
      if (isNumber(formula)) return true;
      if (op === "+" || op === "-") return isLinear(left) && isLinear(right);
      if (op === "*") return (isNumber(left) && isLinear(right)) || (isNumber(right) && isLinear(left));
      return op === "/" && isNumber(right) && isLinear(left);
    }
    case "call":
      return isNumber(formula);
  }
}

/** The value at every place of columns of one length; what a metric does not have is NaN. */
export function evaluate(formula: Formula, columns: ReadonlyMap<string, Float64Array>, length: number): Float64Array {
  const out = new Float64Array(length);
  switch (formula.kind) {
    case "number":
      return out.fill(formula.value);
    case "metric":
      return columns.get(formula.name) ?? out.fill(Number.NaN);
    case "negate": {
      const of = evaluate(formula.of, columns, length);
      for (let i = 0; i < length; i++) out[i] = -of[i]!;
      return out;
    }
    case "binary": {
      const a = evaluate(formula.left, columns, length);
      const b = evaluate(formula.right, columns, length);
      const op = BINARY[formula.op];
      for (let i = 0; i < length; i++) out[i] = op(a[i]!, b[i]!);
      return out;
    }
    case "call": {
      const args = formula.args.map((arg) => evaluate(arg, columns, length));
      if (formula.name === "ema") return ema(args[0]!, args[1]!);
      const one = ONE[formula.name];
      for (let i = 0; i < length; i++)
        out[i] = one ? one(args[0]![i]!) : MANY[formula.name]!.of(...args.map((arg) => arg[i]!));
      return out;
    }
  }
}

const BINARY = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "%": (a: number, b: number) => a % b,
  "^": (a: number, b: number) => a ** b,
};

/** An exponential average without the pull of its beginning; a gap stays a gap. */
function ema(values: Float64Array, weights: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  let [sum, share] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = Math.min(Math.max(weights[i]!, 0), 0.9999);
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      out[i] = Number.NaN;
      continue;
    }
    sum = weight * sum + (1 - weight) * value;
    share = weight * share + (1 - weight);
    out[i] = sum / share;
  }
  return out;
}
