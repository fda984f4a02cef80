/** A diff by file: each can be folded, and a large one is drawn when it is opened. */
import { useMemo, useState } from "react";
import { Button, CopyButton, EmptyState, Icon } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Tokens } from "../files/Tokens";
import { filesOf, type PatchFile } from "./patch";
import "./diff.css";

/** A file of more lines than this is folded at first. */
const SHORT = 160;
const FIRST_LINES = 600;
const MOST_OPEN = 12;

export function PatchView({ patch }: { patch: string }) {
  const t = useText().code;
  const files = useMemo(() => filesOf(patch), [patch]);
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  if (files.length === 0) return <EmptyState icon="git" title={t.noDiff} />;
  const openAtFirst = (file: PatchFile, place: number) => place < MOST_OPEN && file.lines.length <= SHORT;
  return (
    <div className="diff">
      {files.map((file, place) => {
        const open = turned.get(file.path) ?? openAtFirst(file, place);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: files of a diff do not move, and a path may come twice.
          <section key={`${file.path} ${place}`}>
            <header>
              <button
                type="button"
                aria-expanded={open}
                className="diff-fold"
                onClick={() => setTurned(new Map(turned).set(file.path, !open))}
              >
                <Icon name={open ? "down" : "right"} small />
                <span className="mono cut" title={file.path}>
                  {file.from ? `${file.from} → ${file.path}` : file.path}
                </span>
                {file.change !== "changed" && <span className="ui-badge">{t.changes[file.change]}</span>}
              </button>
              <span className="grow" />
              <span className="diff-added num">+{count(file.added)}</span>
              <span className="diff-removed num">−{count(file.removed)}</span>
              <CopyButton value={file.path} />
            </header>
            {open && <Lines file={file} />}
          </section>
        );
      })}
    </div>
  );
}

function Lines({ file }: { file: PatchFile }) {
  const t = useText().code;
  const [limit, setLimit] = useState(FIRST_LINES);
  if (file.binary) return <p className="diff-note">{t.binary}</p>;
  if (file.lines.length === 0) return <p className="diff-note">{t.onlyName}</p>;
  return (
    <div className="diff-lines mono">
      {file.lines.slice(0, limit).map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place.
        <div key={place} className={`diff-line ${line.kind}`}>
          <span className="diff-no num">{line.before ?? ""}</span>
          <span className="diff-no num">{line.after ?? ""}</span>
          <span className="diff-sign">{line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}</span>
          <span className="diff-text">
            {line.kind === "hunk" || line.kind === "note" ? line.text : <Tokens line={line.text} path={file.path} />}
          </span>
        </div>
      ))}
      {file.lines.length > limit && (
        <p className="diff-note">
          <Button onClick={() => setLimit(limit * 10)}>{t.moreLines(count(file.lines.length - limit))}</Button>
        </p>
      )}
    </div>
  );
}
