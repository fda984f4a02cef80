import { useMemo } from "react";
import { useText } from "@/ui/text";
import { headingsOf, type Part } from "./document";

/** The headings of a report beside it, where there is room and there are enough of them to need it. */
export function Contents({ parts }: { parts: readonly Part[] }) {
  const t = useText().reports;
  const headings = useMemo(() => headingsOf(parts), [parts]);
  if (headings.length < 3) return null;
  const go = (part: string, text: string) => {
    const host = document.getElementById(`part-${part}`);
    const all = [...(host?.querySelectorAll("h1, h2, h3, h4") ?? [])];
    const target = all.find((heading) => heading.textContent?.trim() === text) ?? host;
    target?.scrollIntoView({ block: "start" });
  };
  return (
    <nav className="rp-contents" aria-label={t.contents}>
      <b>{t.contents}</b>
      {headings.map(({ part, text, level }, place) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: two headings may be the same in all but their place.
          key={place}
          type="button"
          className="cut"
          style={{ paddingLeft: 8 + (level - 1) * 12 }}
          onClick={() => go(part, text)}
        >
          {text}
        </button>
      ))}
    </nav>
  );
}
