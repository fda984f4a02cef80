/** What can stand next in a filter that is being written: fields, comparisons, values, words that join. Pure. */

export interface Completion {
  /** The part of the text that a choice takes the place of. */
  from: number;
  to: number;
  kind: "field" | "op" | "value" | "join";
  options: string[];
  /** The field whose values are wanted. */
  field: string | null;
}

export const OPS = ["=", "!=", "<", "<=", ">", ">=", "contains", "matches", "in", "not in", "exists", "not exists"];
const JOINS = ["and", "or"];
const MOST = 12;

interface Token {
  text: string;
  from: number;
  to: number;
}

const TOKEN = /`(?:[^`\\]|\\.)*`?|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|==|!=|<=|>=|[=<>(),[\]]|[^\s"'`=!<>(),[\]]+/g;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((found) => ({
    text: found[0],
    from: found.index,
    to: found.index + found[0].length,
  }));
}

const COMPARES = new Set(["=", "==", "!=", "<", "<=", ">", ">=", "contains", "matches", "is"]);

/** What may stand where the caret is; `fields` are all there are, `values` those of a field that are known. */
export function complete(
  text: string,
  caret: number,
  fields: readonly string[],
  values: (field: string) => readonly string[] = () => [],
): Completion | null {
  const tokens = tokensOf(text);
  const under = tokens.find((token) => token.from < caret && caret <= token.to && !/^[=<>!(),[\]]+$/.test(token.text));
  const from = under?.from ?? caret;
  const to = under?.to ?? caret;
  const typed = text.slice(from, caret);
  const before = tokens.filter((token) => token.to <= from).map((token) => token.text);
  const { expect, field } = expected(before);
  if (expect === null) return null;
  const found =
    expect === "field"
      ? matching([...fields, "not"], typed).map(quotedField)
      : expect === "op"
        ? matching(OPS, typed)
        : expect === "join"
          ? matching(JOINS, typed)
          : matching(field ? values(unquoted(field)) : [], unquoted(typed)).map(quotedValue);
  // what is written already needs no help
  const options = found.filter((option) => option !== text.slice(from, to)).slice(0, MOST);
  return { from, to, kind: expect, options, field: expect === "value" && field ? unquoted(field) : null };
}

/** What the words before a place call for. */
function expected(before: readonly string[]): { expect: Completion["kind"] | null; field: string | null } {
  let expect: Completion["kind"] | null = "field";
  let field: string | null = null;
  let list = false;
  for (const word of before) {
    if (list) {
      if (word === ")" || word === "]") {
        list = false;
        expect = "join";
      } else expect = word === "," || word === "(" || word === "[" ? "value" : null;
    } else if (expect === "field") {
      if (word === "(" || word === "not") continue;
      field = word;
      expect = "op";
    } else if (expect === "op") {
      if (COMPARES.has(word)) expect = "value";
      else if (word === "in") {
        list = true;
        expect = null;
      } else if (word === "exists") expect = "join";
      else if (word === "and" || word === "or") expect = "field";
      else if (word !== "not") return { expect: null, field: null };
    } else if (expect === "value") expect = "join";
    else if (expect === "join") {
      if (word === "and" || word === "or") expect = "field";
      else if (word !== ")") return { expect: null, field: null };
    }
  }
  return { expect, field };
}

/** Those that begin with the text, then those that have it anywhere. */
function matching(all: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase().replace(/^`/, "");
  const begin: string[] = [];
  const within: string[] = [];
  for (const each of all) {
    const at = each.toLowerCase().indexOf(wanted);
    const bare = each.toLowerCase().replace(/^(config|summary)\./, "");
    if (at === 0 || bare.startsWith(wanted)) begin.push(each);
    else if (at > 0) within.push(each);
  }
  return [...begin, ...within];
}

function quotedField(field: string): string {
  return /^[A-Za-z_][^\s"'`=!<>(),[\]]*$/.test(field) ? field : `\`${field.replace(/[\\`]/g, "\\$&")}\``;
}

function quotedValue(value: string): string {
  if (/^(true|false|null)$/.test(value) || (value !== "" && Number.isFinite(Number(value)))) return value;
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

function unquoted(text: string): string {
  return text
    .replace(/^["'`]/, "")
    .replace(/["'`]$/, "")
    .replace(/\\(["'`\\])/g, "$1");
}

/** The text after a choice, and where the caret is then. */
export function completed(text: string, { from, to }: Completion, option: string): { text: string; caret: number } {
  const rest = text.slice(to);
  const gap = rest.startsWith(" ") ? "" : " ";
  return { text: text.slice(0, from) + option + gap + rest, caret: from + option.length + 1 };
}
