/** Math in Markdown: `$…$` within a line, `$$…$$` on lines of its own. Marked here, set by KaTeX once that has come. */
import type MarkdownIt from "markdown-it";

export function mathIn(md: InstanceType<typeof MarkdownIt>): void {
  md.inline.ruler.after("escape", "math", (state, silent) => {
    const found = mathAt(state.src, state.pos);
    if (!found) return false;
    if (!silent) {
      const token = state.push("math", "", 0);
      token.content = found.text;
      token.meta = { display: found.display };
    }
    state.pos = found.end;
    return true;
  });
  md.renderer.rules.math = (tokens, at) => {
    const token = tokens[at]!;
    return `<span data-math="${token.meta?.display ? "display" : "inline"}">${md.utils.escapeHtml(token.content)}</span>`;
  };
}

/**
 * Math that begins at a place, as Pandoc has it: the opening `$` has no space after it, the closing one none before
 * it and no digit behind it, so that “$5 and $6” stays what it says.
 */
export function mathAt(text: string, from: number): { text: string; end: number; display: boolean } | null {
  if (text[from] !== "$") return null;
  const display = text[from + 1] === "$";
  const mark = display ? "$$" : "$";
  const begin = from + mark.length;
  if (!display && /\s|^$/.test(text[begin] ?? "")) return null;
  for (let end = text.indexOf(mark, begin); end > 0; end = text.indexOf(mark, end + 1)) {
    if (text[end - 1] === "\\") continue;
    const inner = text.slice(begin, end);
    if (inner.trim() === "") return null;
    if (!display && (/\s/.test(text[end - 1] ?? "") || /\d/.test(text[end + 1] ?? ""))) continue;
    return { text: inner.trim(), end: end + mark.length, display };
  }
  return null;
}
