/** Waits for the saved view that a page opens with, and opens another one when the address names another. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import { useViewer } from "@/api/session";
import { openingQuery, type ViewPage } from "@/api/views";
import { readSpec } from "@/state/saved";
import { PLAIN_CHARTS, PLAIN_RUNS, type SearchParams, writeCharts, writeRuns } from "@/state/view";
import { Button, EmptyState, ErrorState } from "@/ui";
import { useText } from "@/ui/text";
import type { Standing } from "./useWorkspace";

export interface OpenedProps {
  entity: string;
  project: string;
  page: ViewPage;
  /** What stands there meanwhile. */
  waiting: ReactNode;
  /** What stands there where there is no such project. */
  missing?: ReactNode;
  children: (standing: Standing) => ReactNode;
}

const NAMES = [...Object.keys(writeCharts(PLAIN_CHARTS)), ...Object.keys(writeRuns(PLAIN_RUNS))];

export function Opened({ entity, project, page, waiting, missing, children }: OpenedProps) {
  const t = useText().board;
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as SearchParams;
  const param = search.view || null;
  const viewer = useViewer();
  const me = viewer.data?.user.name ?? "";
  const [asked, setAsked] = useState({ view: param, time: 0 });
  const stands = useRef(param);
  useEffect(() => {
    if (param === stands.current) return;
    stands.current = param;
    setAsked((old) => ({ view: param, time: old.time + 1 }));
  }, [param]);
  const stand = useCallback((view: string | null) => {
    stands.current = view;
  }, []);
  const opening = openingQuery(entity, project, page, asked.view);
  // opened again, it is read again
  const query = useQuery({ ...opening, queryKey: [...opening.queryKey, asked.time] });
  const bare = NAMES.every((name) => !search[name]);
  const found = query.data ?? null;
  const isOwn = found?.info.kind === "own" && found.info.user === me;
  // an address that says how things are drawn is not drawn over the project's own choice
  const opened = asked.view === null && !isOwn && !bare ? null : found;
  const [ready, setReady] = useState<{ time: number; standing: Standing } | null>(null);
  const isReady = ready?.time === asked.time;
  const at = query.dataUpdatedAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an opening is decided once, as the address stood then.
  useEffect(() => {
    if (isReady || !query.isSuccess || query.isFetching || viewer.isPending) return;
    const standing: Standing = { opened, me, stand };
    const open = () => setReady({ time: asked.time, standing });
    const left = isOwn && bare ? readSpec(opened?.spec).address : {};
    if (Object.keys(left).length === 0) open();
    else
      void navigate({
        to: ".",
        search: ((old: SearchParams) => ({ ...old, ...left })) as never,
        replace: true,
      }).then(open);
  }, [isReady, asked.time, at, query.isSuccess, query.isFetching, viewer.isPending]);
  if (query.isError) {
    const gone = isApiError(query.error) && query.error.kind === "NotFound";
    if (gone && asked.view === null && missing) return missing;
    if (gone && asked.view !== null)
      return (
        <div className="ws-scroll">
          <EmptyState
            icon="chart"
            title={t.viewGone}
            action={
              <Button
                variant="primary"
                onClick={() =>
                  void navigate({ to: ".", search: ((old: SearchParams) => ({ ...old, view: undefined })) as never })
                }
              >
                {t.toOwn}
              </Button>
            }
          >
            {t.viewGoneWhy}
          </EmptyState>
        </div>
      );
    return (
      <div className="ws-scroll">
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!isReady || !ready) return waiting;
  return <Fresh key={asked.time}>{children(ready.standing)}</Fresh>;
}

/** What is opened anew begins anew. */
function Fresh({ children }: { children: ReactNode }) {
  return children;
}
