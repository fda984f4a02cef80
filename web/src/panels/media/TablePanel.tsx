/** Tables of a key: one run's at a time, at the step one looks at. */
import { useState } from "react";
import { TableView } from "@/media/TableView";
import { useBoard } from "@/panels/board";
import { ErrorState } from "@/ui";
import { useText } from "@/ui/text";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { RunChoice } from "./RunChoice";
import { useMedia } from "./useMedia";
import { useRunTable } from "./useRunTable";

export default function TablePanel({ spec, large }: MediaPanelProps) {
  const t = useText().media;
  const { entity, project } = useBoard();
  const media = useMedia(spec, 1);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = media.having.find(({ run }) => run.id === chosen) ?? media.having[0];
  const value = at ? media.valueOf(at) : undefined;
  const found = useRunTable(entity, project, at?.run.id ?? "", value);
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      after={<RunChoice runs={media.having.map(({ run }) => run)} chosen={at?.run ?? null} onChoose={setChosen} />}
    >
      {found.table ? (
        <TableView key={found.table.columns.join()} table={found.table} addressOf={found.addressOf} />
      ) : (
        <div className="pn-plot">
          {found.error ? (
            <ErrorState error={found.error} title={t.noTable} inline onRetry={found.retry} />
          ) : (
            <div className="pn-note">
              <b>{found.pending ? "" : value === undefined ? t.noItem : t.noTable}</b>
            </div>
          )}
        </div>
      )}
    </MediaFrame>
  );
}
