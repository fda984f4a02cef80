/** What the page says, in either language. That both have the same entries is tested beside the other parts. */
import { parseSync } from "vite";
import { expect, it } from "vitest";
import { zh } from "./zh";

/** Names and signs that are the same in any language, and examples of what one types. */
const SAME =
  /Gnomon|CSV|JSON|Parquet|Markdown|LaTeX|Python|CPU|GPU|Git|stdout|stderr|SHA-256|EMA|Del(?![a-z])|TPE|GP|CMA-ES|QMC|NSGA-II|Hyperband|ASHA|HTML|3D|NaN|SQL|\b[xyXY]\b|config\.lr|wandb: Paste an API key from your profile and hit enter|YOUR_KEY|step 248000|best|production/g;

/** Each entry with its place; what is a function is called with numbers. */
function entries(texts: object, above = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, text]): [string, string][] => {
    const place = `${above}${name}`;
    if (typeof text === "object" && text !== null) return entries(text, `${place}.`);
    return [[place, typeof text === "function" ? String(text(7, 8, 9, 6)) : String(text)]];
  });
}

/** Those that cannot be called with numbers say it with words. */
function said(texts: object): [string, string][] {
  const worded = (text: unknown): unknown => {
    if (typeof text === "function")
      return (...given: unknown[]) => {
        try {
          return text(...given);
        } catch {
          return text(...given.map(String));
        }
      };
    if (typeof text !== "object" || text === null) return text;
    return Object.fromEntries(Object.entries(text).map(([name, inner]) => [name, worded(inner)]));
  };
  return entries(worded(texts) as object);
}

it("no Chinese entry was left in English", () => {
  const english = said(zh).filter(([, text]) => {
    const rest = text.replace(SAME, "");
    // three words in a row are a sentence, also amid Chinese; what stands in code is no text
    return /\p{Script=Han}/u.test(text)
      ? /[A-Za-z]{2,}( [a-z]{2,}){2,}/.test(rest.replace(/`[^`]*`/g, ""))
      : /[A-Za-z]/.test(rest);
  });
  expect(english).toEqual([]);
});

it("Chinese has its own marks, not those of English", () => {
  expect(said(zh).filter(([, text]) => /\p{Script=Han} ?[,;!?](?!\w)|\p{Script=Han}\.(\s|$)/u.test(text))).toEqual([]);
});

const SEEN = new Set(["title", "label", "placeholder", "aria-label", "alt", "description", "why"]);
/** Names, keys and units, and examples of what one types. */
const NAMES =
  /^(Gnomon|wandb|CSV|CUDA|YAML|RGB|px|Esc|Ctrl K|sweep\.yaml|entity\/name|\^val\/\.\*acc|train\/loss - val\/loss)$/;

/** What stands between tags, and in attributes that are read. */
function wordsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(wordsIn);
  if (typeof node !== "object" || node === null) return [];
  const { type, name, value } = node as { type?: string; name?: { name?: string }; value?: unknown };
  if (type === "JSXText") return [String(value).trim()];
  if (type === "JSXAttribute" && SEEN.has(name?.name ?? "")) {
    const { type: kind, value: text } = (value ?? {}) as { type?: string; value?: unknown };
    if (kind === "Literal") return [String(text)];
  }
  return Object.values(node).flatMap(wordsIn);
}

it("components say nothing that is not among the texts", () => {
  const sources = import.meta.glob<string>("/src/**/*.tsx", { query: "?raw", import: "default", eager: true });
  const found: string[] = [];
  for (const [path, source] of Object.entries(sources)) {
    if (path.endsWith(".test.tsx")) continue;
    for (const text of wordsIn(parseSync(path, source).program))
      if (/[A-Za-z]{2,}/.test(text) && !NAMES.test(text)) found.push(`${path}: ${text}`);
  }
  expect(Object.keys(sources).length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
