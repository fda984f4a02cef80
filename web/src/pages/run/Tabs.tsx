/** The tabs of a run, with how much is behind each. They take the step one looks at along. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useLiveArtifacts, useRunArtifacts } from "@/api/artifacts";
import { useFiles } from "@/api/files";
import { useLive } from "@/api/live";
import { useRunKeys } from "@/api/runs";
import type { Run } from "@/api/types";
import { useKeys } from "@/frame/keys";
import { si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { isSaved } from "./code/saved";
import { tableKeys } from "./tables/keys";

export const TABS = ["overview", "charts", "system", "model", "logs", "files", "artifacts", "code", "tables"] as const;
export type Tab = (typeof TABS)[number];

export function Tabs({ run, tab }: { run: Run; tab: Tab }) {
  const t = useText();
  const navigate = useNavigate();
  const history = useRunKeys(run.entity, run.project, run.id);
  const system = useRunKeys(run.entity, run.project, run.id, "system");
  const files = useFiles(run.entity, run.project, run.id);
  const artifacts = useRunArtifacts(run.entity, run.project, run.id);
  useLiveArtifacts(run.entity, run.project);
  const [live, setLive] = useState(0);
  useLive(run.entity, run.project, {
    onConsole: (event) => event.run === run.id && setLive(event.lines),
  });
  const lines = Math.max(
    live,
    run.attempts.reduce((sum, attempt) => sum + attempt.lines, 0),
  );
  const counts: Partial<Record<Tab, number>> = {
    charts: history.data?.filter((key) => (key.kind === "number" || key.kind === "media") && !key.key.startsWith("_"))
      .length,
    system: system.data?.length,
    logs: lines,
    files: files.data?.length,
    artifacts: artifacts.data && artifacts.data.used.length + artifacts.data.logged.length,
    code: files.data?.filter((file) => isSaved(file.path)).length,
    tables: tableKeys(history.data ?? []).length,
  };
  // few runs have tables: those that have none show no tab for them
  const shown = TABS.filter((each) => each !== "tables" || tab === each || counts.tables);
  const to = (each: Tab) => ({
    to: each === "charts" ? "/$entity/$project/runs/$run" : "/$entity/$project/runs/$run/$tab",
    params: { entity: run.entity, project: run.project, run: run.id, tab: each },
    search: ((old: Record<string, string>) => (old.step === undefined ? {} : { step: old.step })) as never,
  });
  const open = (place: number) => () => {
    const each = shown[place];
    if (each) void navigate(to(each));
  };
  useKeys({
    1: open(0),
    2: open(1),
    3: open(2),
    4: open(3),
    5: open(4),
    6: open(5),
    7: open(6),
    8: open(7),
    9: open(8),
  });
  const bar = useRef<HTMLElement>(null);
  const known = Object.values(counts).filter((each) => each !== undefined).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tab may be out of sight on a phone, and counts move it.
  useEffect(() => {
    bar.current?.querySelector(".on")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [tab, known]);
  return (
    <nav className="run-tabs" aria-label={run.name} ref={bar}>
      {shown.map((each, i) => (
        <Link
          key={each}
          className={each === tab ? "on" : undefined}
          aria-current={each === tab ? "page" : undefined}
          aria-keyshortcuts={String(i + 1)}
          {...to(each)}
        >
          {t.run.tabs[each]}
          {counts[each] ? <em>{si(counts[each])}</em> : null}
        </Link>
      ))}
    </nav>
  );
}
