/** Blocks of the official client's reports, as Markdown: pure. */
import type { Block, Span } from "./blocks";

/** The Markdown that reads as the block does. Panels have none. */
export function markdownOf(block: Exclude<Block, { kind: "panels" }>): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(Math.min(Math.max(block.level, 1), 4))} ${marked(block.spans)}`;
    case "paragraph":
    case "other":
      return marked(block.spans);
    case "quote":
      return quoted(marked(block.spans));
    case "note":
      return quoted(`**ⓘ** ${marked(block.spans)}`);
    case "list":
      return block.items
        .map(({ spans, checked }, place) => {
          const bullet = block.ordered ? `${place + 1}.` : "-";
          const box = checked === null ? "" : checked ? "[x] " : "[ ] ";
          return `${bullet} ${box}${marked(spans)}`;
        })
        .join("\n");
    case "code":
      return fenced(block.language, block.text);
    case "markdown":
      return block.text;
    case "math":
      return `$$\n${block.text}\n$$`;
    case "image":
      return `![${block.caption.replace(/[[\]]/g, "")}](${block.address})`;
    case "line":
      return "---";
  }
}

/** A fence longer than any within. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function marked(spans: readonly Span[]): string {
  return spans.map(mark).join("");
}

/** Marks do not reach over spaces at the ends, where Markdown would not see them. */
function mark({ text, bold, italic, code, link }: Span): string {
  if (text.trim() === "") return text;
  const [, before = "", words = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  let out = code ? `\`${words}\`` : words.replace(/[\\`*_[\]]/g, "\\$&");
  if (bold) out = `**${out}**`;
  if (italic) out = `*${out}*`;
  if (link) out = `[${out}](${link})`;
  return before + out + after;
}
