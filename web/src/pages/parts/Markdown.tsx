/** Text with light marks: headings, lists, code, bold, italic, links, quotes. No HTML ever comes through. */
import type { ReactNode } from "react";
import "./markdown.css";

export function Markdown({ text }: { text: string }) {
  return <div className="markdown">{blocks(text)}</div>;
}

function blocks(text: string): ReactNode[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const out: ReactNode[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const key = out.length;
    if (!line.trim()) {
      at += 1;
    } else if (line.startsWith("```")) {
      const end = lines.findIndex((each, place) => place > at && each.startsWith("```"));
      const stop = end < 0 ? lines.length : end;
      out.push(
        <pre key={key} className="mono">
          {lines.slice(at + 1, stop).join("\n")}
        </pre>,
      );
      at = stop + 1;
    } else if (/^#{1,4}\s/.test(line)) {
      const level = line.match(/^#+/)?.[0].length ?? 1;
      const words = inline(line.replace(/^#+\s*/, ""));
      out.push(level <= 2 ? <h3 key={key}>{words}</h3> : <h4 key={key}>{words}</h4>);
      at += 1;
    } else if (/^\s*([-*+]|\d+[.)])\s/.test(line)) {
      const ordered = /^\s*\d/.test(line);
      const items: string[] = [];
      while (/^\s*([-*+]|\d+[.)])\s/.test(lines[at] ?? "")) {
        items.push((lines[at] ?? "").replace(/^\s*([-*+]|\d+[.)])\s+/, ""));
        at += 1;
      }
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text do not move.
      const inner = items.map((item, place) => <li key={place}>{inline(item)}</li>);
      out.push(ordered ? <ol key={key}>{inner}</ol> : <ul key={key}>{inner}</ul>);
    } else if (line.startsWith(">")) {
      const quoted: string[] = [];
      while ((lines[at] ?? "").startsWith(">")) {
        quoted.push((lines[at] ?? "").replace(/^>\s?/, ""));
        at += 1;
      }
      out.push(<blockquote key={key}>{inline(quoted.join(" "))}</blockquote>);
    } else {
      const words: string[] = [];
      while (
        at < lines.length &&
        (lines[at] ?? "").trim() &&
        !/^(#{1,4}\s|```|>|\s*([-*+]|\d+[.)])\s)/.test(lines[at] ?? "")
      ) {
        words.push(lines[at] ?? "");
        at += 1;
      }
      if (words.length === 0) {
        words.push(line);
        at += 1;
      }
      out.push(<p key={key}>{inline(words.join("\n"))}</p>);
    }
  }
  return out;
}

const MARKS = /(`[^`]+`|\*\*[^*]+\*\*|__[^_]+__|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\)|https?:\/\/[^\s<>)]+)/g;

function inline(text: string): ReactNode[] {
  return text.split(MARKS).map((part, place) => {
    const key = `${place}`;
    if (!part) return null;
    if (part.startsWith("`") && part.endsWith("`") && part.length > 2)
      return (
        <code key={key} className="mono">
          {part.slice(1, -1)}
        </code>
      );
    if (/^(\*\*|__).+(\*\*|__)$/s.test(part)) return <b key={key}>{part.slice(2, -2)}</b>;
    if (/^\*[^*]+\*$/s.test(part)) return <i key={key}>{part.slice(1, -1)}</i>;
    const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    if (link?.[1] && link[2]) return safeLink(link[2], link[1], key);
    if (/^https?:\/\//.test(part)) return safeLink(part, part, key);
    return part;
  });
}

/** Only web addresses and addresses of this page become links. */
function safeLink(address: string, words: string, key: string): ReactNode {
  if (!/^(https?:\/\/|\/(?!\/))/.test(address)) return words;
  return (
    <a key={key} href={address} target="_blank" rel="noreferrer noopener" className="ui-link">
      {words}
    </a>
  );
}
