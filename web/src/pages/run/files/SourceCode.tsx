/** Text with line numbers, of which only what is in sight is there; colours come when their library has. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { Tokens } from "./Tokens";

type Colours = typeof import("@/ui/markdown/code");

/** A longer text is coloured line by line, in a simpler way: to parse all of it would hold up the page. */
const MOST_LETTERS = 400_000;

export function SourceCode({ text, path }: { text: string; path: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [colours, setColours] = useState<Colours | null>(null);
  useEffect(() => {
    let live = true;
    import("@/ui/markdown/code").then(
      (found) => live && setColours(found),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, []);
  const plain = useMemo(() => text.replace(/\r\n?/g, "\n").replace(/\n$/, ""), [text]);
  const lines = useMemo(() => plain.split("\n"), [plain]);
  const coloured = useMemo(() => {
    const language = colours?.languageOf(path) ?? null;
    return colours && language && plain.length <= MOST_LETTERS ? colours.linesOf(plain, language) : null;
  }, [colours, plain, path]);
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 20,
    paddingStart: 8,
    paddingEnd: 12,
  });
  return (
    <div className="files-code" ref={box} tabIndex={0}>
      <div style={{ height: list.getTotalSize(), position: "relative", minWidth: "100%" }}>
        {list.getVirtualItems().map((item) => {
          const html = coloured?.[item.index];
          return (
            <div key={item.key} className="files-line" style={{ transform: `translateY(${item.start}px)` }}>
              <span className="files-number">{item.index + 1}</span>
              {html === undefined ? (
                <span>
                  <Tokens line={lines[item.index] ?? ""} path={path} />
                </span>
              ) : (
                // biome-ignore lint/security/noDangerouslySetInnerHtml: spans of highlight.js and escaped text, nothing else.
                <span dangerouslySetInnerHTML={{ __html: html }} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
