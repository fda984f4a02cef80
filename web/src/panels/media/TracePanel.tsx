/** Traces of a key: one run's at a time. */
import { useState } from "react";
import { Trace } from "@/media/Trace";
import { traceOf } from "@/media/trace";
import { useText } from "@/ui/text";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { RunChoice } from "./RunChoice";
import { useMedia } from "./useMedia";

export default function TracePanel({ spec, large }: MediaPanelProps) {
  const t = useText().media;
  const media = useMedia(spec, 1);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = media.having.find(({ run }) => run.id === chosen) ?? media.having[0];
  const root = at ? traceOf(media.valueOf(at)) : null;
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      after={<RunChoice runs={media.having.map(({ run }) => run)} chosen={at?.run ?? null} onChoose={setChosen} />}
    >
      {root ? (
        <Trace key={root.id} root={root} large={large} />
      ) : (
        <div className="pn-plot">
          <div className="pn-note">
            <b>{t.noItem}</b>
          </div>
        </div>
      )}
    </MediaFrame>
  );
}
