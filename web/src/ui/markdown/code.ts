/** Colours for code, by highlight.js; it escapes what it is given. */
import hljs from "highlight.js/lib/common";
import "./code.css";

export function colourCode(host: HTMLElement): void {
  for (const code of host.querySelectorAll<HTMLElement>("code[data-language]")) {
    const language = code.dataset.language ?? "";
    if (code.dataset.coloured || !hljs.getLanguage(language)) continue;
    code.innerHTML = htmlOf(code.textContent ?? "", language);
    code.dataset.coloured = "yes";
  }
}

function htmlOf(text: string, language: string): string {
  return hljs.highlight(text, { language, ignoreIllegals: true }).value;
}

/** The language of a file, by its ending; null where highlight.js knows none. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : name;
  const found = ending === "toml" || ending === "cfg" ? "ini" : ending === "patch" ? "diff" : ending;
  return hljs.getLanguage(found) ? found : null;
}

/** Lines of HTML, each whole in itself: what a span began on one line it ends there and begins again on the next. */
export function linesOf(text: string, language: string | null): string[] {
  const html = language ? htmlOf(text, language) : escaped(text);
  const open: string[] = [];
  return html.split("\n").map((line) => {
    const before = open.join("");
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === "</span>") open.pop();
      else open.push(tag);
    }
    return before + line + "</span>".repeat(open.length);
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
