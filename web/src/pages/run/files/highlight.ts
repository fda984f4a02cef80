/** Just enough colour to read code: comments, strings, numbers, words of the language. Pure. */

export interface Token {
  text: string;
  kind?: "comment" | "string" | "number" | "word" | "name";
}

const WORDS = new Set(
  (
    "and as assert async await break case class const continue def default del do elif else enum except export extends " +
    "finally fn for from function global if impl import in interface is lambda let match mod mut new nonlocal not or " +
    "pass pub raise return static struct switch throw try type use var while with yield True False None null true false self this"
  ).split(" "),
);

const HASH = /\.(py|sh|bash|ya?ml|toml|cfg|ini|conf|r|jl|rb|txt|env)$|(^|\/)(Makefile|Dockerfile)$/i;
const SLASH = /\.(js|ts|tsx|jsx|c|h|cc|cpp|hpp|cu|rs|go|java|css)$/i;

/** The tokens of one line. Strings over several lines are not followed: a preview, not a compiler. */
export function highlight(line: string, path: string): Token[] {
  const hash = HASH.test(path);
  const slash = SLASH.test(path);
  const json = /\.jsonl?$/i.test(path);
  if (!hash && !slash && !json) return [{ text: line }];
  const comment = hash ? "#.*" : slash ? "//.*" : "(?!)";
  const pattern = new RegExp(
    `(${comment})|("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\`[^\`]*\`)|(\\b\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?\\b)|([A-Za-z_]\\w*)`,
    "g",
  );
  const out: Token[] = [];
  let from = 0;
  for (const found of line.matchAll(pattern)) {
    const [text, remark, string, number, word] = found;
    if (word && !WORDS.has(word)) continue;
    if (found.index > from) out.push({ text: line.slice(from, found.index) });
    from = found.index + text.length;
    const key = json && string && /^\s*:/.test(line.slice(from));
    out.push({ text, kind: remark ? "comment" : string ? (key ? "name" : "string") : number ? "number" : "word" });
  }
  if (from < line.length) out.push({ text: line.slice(from) });
  return out;
}
