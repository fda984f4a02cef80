/** What was not committed when the run began, as a diff. */
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { fileAddress, useFiles, useFileText } from "@/api/files";
import type { Run } from "@/api/types";
import { ErrorState, Icon, Skeleton } from "@/ui";
import { bytes, count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { PatchView } from "../diff/PatchView";
import { filesOf } from "../diff/patch";

const PATH = "diff.patch";
const MOST_BYTES = 4_000_000;

/** Nothing where nothing was changed. */
export function Changes({ run, open: openAtFirst = false }: { run: Run; open?: boolean }) {
  const t = useText();
  const files = useFiles(run.entity, run.project, run.id);
  const file = files.data?.find((each) => each.path === PATH);
  const [open, setOpen] = useState(openAtFirst);
  const address = fileAddress(run.entity, run.project, run.id, PATH);
  const text = useFileText(address, file?.digest ?? "", MOST_BYTES, file !== undefined);
  const changed = useMemo(() => filesOf(text.data?.text ?? ""), [text.data]);
  if (!file) return null;
  const sum = (name: "added" | "removed") => count(changed.reduce((all, each) => all + each[name], 0));
  return (
    <section className="ui-card run-changes">
      <header className="ui-card-head">
        <button type="button" className="diff-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? "down" : "right"} small />
          <h2>{t.facts.openDiff}</h2>
          {changed.length > 0 && <span className="ui-count">{t.facts.diffFiles(changed.length)}</span>}
        </button>
        <span className="grow" />
        {changed.length > 0 && (
          <>
            <span className="diff-added num">+{sum("added")}</span>
            <span className="diff-removed num">−{sum("removed")}</span>
          </>
        )}
        <Link
          className="ui-ib"
          aria-label={t.facts.openFile}
          title={t.facts.openFile}
          to="/$entity/$project/runs/$run/$tab/$"
          params={{ entity: run.entity, project: run.project, run: run.id, tab: "files", _splat: PATH }}
        >
          <Icon name="external" />
        </Link>
      </header>
      {open &&
        (text.isPending ? (
          <Skeleton rows={6} />
        ) : text.isError ? (
          <ErrorState inline error={text.error} onRetry={() => void text.refetch()} />
        ) : (
          <>
            <PatchView patch={text.data.text} />
            {!text.data.whole && <p className="diff-note">{t.facts.cut(bytes(MOST_BYTES))}</p>}
          </>
        ))}
    </section>
  );
}
