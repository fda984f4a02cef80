/**
 * Markdown to HTML that may stand in the page: tables, task lists, code, math. HTML in the text stays text; what the
 * renderer makes is sanitised once more before it is shown.
 */
import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import { mathIn } from "./math";

const md = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
md.use(mathIn);

// markdown-it lets nothing but http, https, mailto and relative addresses become links already; pages of this server stay here
md.renderer.rules.link_open = (tokens, at, options, _env, self) => {
  const token = tokens[at]!;
  const address = String(token.attrGet("href") ?? "");
  if (!address.startsWith("#")) {
    token.attrSet("target", "_blank");
    token.attrSet("rel", "noopener noreferrer");
  }
  return self.renderToken(tokens, at, options);
};

/** Images come from this server only: one from elsewhere is a link, so that reading tells nobody. */
md.renderer.rules.image = (tokens, at) => {
  const token = tokens[at]!;
  const address = String(token.attrGet("src") ?? "");
  const words = md.utils.escapeHtml(token.content || address);
  if (isOwn(address)) return `<img src="${md.utils.escapeHtml(address)}" alt="${words}" loading="lazy">`;
  return `<a href="${md.utils.escapeHtml(address)}" target="_blank" rel="noopener noreferrer">${words}</a>`;
};

export function isOwn(address: string): boolean {
  return /^(\/(?![/\\])|data:image\/(png|jpe?g|gif|webp);base64,)/i.test(address);
}

md.renderer.rules.table_open = () => '<div class="md-wide"><table>';
md.renderer.rules.table_close = () => "</table></div>";

md.renderer.rules.fence = (tokens, at) => {
  const token = tokens[at]!;
  const [language = ""] = token.info.trim().split(/\s+/);
  const words = md.utils.escapeHtml(token.content);
  if (language === "math") return `<div data-math="display">${words}</div>`;
  return `<pre class="mono"><code${language ? ` data-language="${md.utils.escapeHtml(language)}"` : ""}>${words}</code></pre>`;
};

/** `[ ]` and `[x]` at the head of a list item are boxes; they cannot be pressed, the text is what counts. */
md.core.ruler.after("inline", "tasks", (state) => {
  for (const [at, token] of state.tokens.entries()) {
    if (token.type !== "inline" || state.tokens[at - 2]?.type !== "list_item_open") continue;
    const first = token.children?.[0];
    const found = first?.type === "text" ? /^\[([ xX])\]\s+/.exec(first.content) : null;
    if (!first || !found) continue;
    first.content = first.content.slice(found[0].length);
    const box = new state.Token("task", "", 0);
    box.meta = { done: found[1] !== " " };
    token.children?.unshift(box);
    state.tokens[at - 2]?.attrJoin("class", "task");
  }
});
md.renderer.rules.task = (tokens, at) =>
  `<input type="checkbox" disabled${tokens[at]?.meta?.done ? " checked" : ""} aria-label="${tokens[at]?.meta?.done ? "done" : "to do"}"> `;

/** HTML of a text, safe to put into the page. */
export function htmlOf(text: string): string {
  return DOMPurify.sanitize(md.render(text), {
    ALLOWED_TAGS: [
      "h1",
      "h2",
      "h3",
      "h4",
      "h5",
      "h6",
      "p",
      "br",
      "hr",
      "a",
      "b",
      "strong",
      "i",
      "em",
      "s",
      "del",
      "code",
      "pre",
      "ul",
      "ol",
      "li",
      "blockquote",
      "table",
      "thead",
      "tbody",
      "tr",
      "th",
      "td",
      "img",
      "input",
      "div",
      "span",
    ],
    ALLOWED_ATTR: [
      "href",
      "target",
      "rel",
      "src",
      "alt",
      "title",
      "loading",
      "class",
      "start",
      "type",
      "checked",
      "disabled",
      "data-language",
      "data-math",
      "style",
      "aria-label",
    ],
    ALLOW_DATA_ATTR: false,
  });
}
