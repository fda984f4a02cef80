/** Tables of a key: one run's at a time, at the step one looks at. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useBoard } from "@/panels/board";
import { TableView } from "@/tables/TableView";
import { useRunTable } from "@/tables/useRunTable";
import { ErrorState, Icon, Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { RunChoice } from "./RunChoice";
import { useMedia } from "./useMedia";

export default function TablePanel({ spec, large }: MediaPanelProps) {
  const t = useText();
  const { entity, project } = useBoard();
  const media = useMedia(spec, 1);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = media.having.find(({ run }) => run.id === chosen) ?? media.having[0];
  const value = at ? media.valueOf(at) : undefined;
  const run = at?.run.id ?? "";
  const found = useRunTable(entity, project, run, value);
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      after={<RunChoice runs={media.having.map((each) => each.run)} chosen={at?.run ?? null} onChoose={setChosen} />}
    >
      {found.table ? (
        <TableView
          key={found.table.columns.join()}
          table={found.table}
          addressOf={found.addressOf}
          name={spec.key}
          source={{ entity, project, run, files: found.files }}
          compact={!large}
          after={
            <Link
              className="ui-ib"
              aria-label={t.tables.open}
              title={t.tables.open}
              to="/$entity/$project/runs/$run/$tab/$"
              params={{ entity, project, run, tab: "tables", _splat: spec.key }}
              search={{ step: media.stepping.step } as never}
            >
              <Icon name="external" />
            </Link>
          }
        />
      ) : (
        <div className="pn-plot">
          {found.error ? (
            <ErrorState error={found.error} title={t.media.noTable} inline onRetry={found.retry} />
          ) : found.pending ? (
            <Skeleton rows={5} />
          ) : (
            <div className="pn-note">
              <b>{value === undefined ? t.media.noItem : t.media.noTable}</b>
            </div>
          )}
        </div>
      )}
    </MediaFrame>
  );
}
