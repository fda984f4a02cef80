/** Traces of a key: one run's at a time. */
import { useMemo, useState } from "react";
import { traceOf } from "@/media/trace/span";
import { Trace } from "@/media/trace/Trace";
import { useText } from "@/ui/text";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { RunChoice } from "./RunChoice";
import { useMedia } from "./useMedia";

export default function TracePanel({ spec, large }: MediaPanelProps) {
  const t = useText();
  const media = useMedia(spec, 1);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = media.having.find(({ run }) => run.id === chosen) ?? media.having[0];
  const value = at ? media.valueOf(at) : undefined;
  const trace = useMemo(() => traceOf(value), [value]);
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      after={<RunChoice runs={media.having.map(({ run }) => run)} chosen={at?.run ?? null} onChoose={setChosen} />}
    >
      {typeof trace !== "string" ? (
        <Trace key={at?.run.id} trace={trace} large={large} />
      ) : (
        <div className="pn-plot">
          <div className="pn-note">
            <b>{trace === "" ? t.media.noItem : t.traces.unreadable}</b>
            {trace}
          </div>
        </div>
      )}
    </MediaFrame>
  );
}
