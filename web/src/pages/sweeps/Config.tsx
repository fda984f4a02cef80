/** The config as it was given, in colours, with what is odd about it; it can be changed while the sweep goes on. */
import { useEffect, useState } from "react";
import type { SweepDetail } from "@/api/types";
import { CopyButton, Icon, IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { EditConfig } from "./config/EditConfig";

export function Config({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  const [open, setOpen] = useState(false);
  const text = detail.config.trimEnd();
  return (
    <section className="ui-card" aria-label={t.config}>
      <header className="ui-card-head">
        <h2>{t.config}</h2>
        <span className="grow" />
        <IconButton icon="edit" small label={t.editConfig} onClick={() => setOpen(true)} />
        <CopyButton value={text} label={t.copyConfig} />
      </header>
      <div className="sw-config">
        {detail.warnings.map((warning) => (
          <p key={warning} className="sw-warning">
            <Icon name="warn" small />
            {warning}
          </p>
        ))}
        <Yaml text={text} />
      </div>
      {open && <EditConfig detail={detail} onClose={() => setOpen(false)} />}
    </section>
  );
}

/** YAML in colours, once their library has come. */
function Yaml({ text }: { text: string }) {
  const [lines, setLines] = useState<readonly string[] | null>(null);
  useEffect(() => {
    let live = true;
    import("@/ui/markdown/code").then(
      ({ linesOf }) => live && setLines(linesOf(text, "yaml")),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [text]);
  return (
    <pre className="mono sw-yaml-shown" tabIndex={0}>
      {lines
        ? lines.map((html, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines do not move.
            // biome-ignore lint/security/noDangerouslySetInnerHtml: spans of highlight.js and escaped text, nothing else.
            <span key={place} dangerouslySetInnerHTML={{ __html: `${html}\n` }} />
          ))
        : text}
    </pre>
  );
}
