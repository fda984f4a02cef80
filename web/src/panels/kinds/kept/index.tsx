/** What was logged whole: media, tables, traces, and charts that a script described. Their panels know keys alone. */
import { type ComponentType, lazy, useMemo, useState } from "react";
import type { KeyInfo } from "@/api/types";
import type { CustomChart } from "@/charts/custom";
import { Cameras, SharedCameras } from "@/media/scene/cameras";
import type { EditorProps, Kind, Known, PanelProps } from "@/panels/kinds";
import { MediaPanel, type MediaPanelProps } from "@/panels/media/MediaPanel";
import { PicturePanel } from "@/panels/media/PicturePanel";
import { type KeySpec, mediaKeys } from "@/panels/sections";
import type { IconName } from "@/ui";
import { useText } from "@/ui/text";
import { Row } from "../fields/parts";
import { type Raw, textIn } from "../read";

const TablePanel = lazy(() => import("@/panels/media/TablePanel"));
const TracePanel = lazy(() => import("@/panels/media/TracePanel"));
const ChartPanel = lazy(() => import("@/panels/media/ChartPanel"));

export interface KeptConfig {
  key: string;
  /** The value was never logged at a step: it stands in the summary alone. */
  from: "summary" | null;
  /** How pictures are laid out (`panels/media/look.ts`); absent is as it is by itself. */
  look?: Raw;
}

const read = (raw: Raw): KeptConfig => ({
  key: textIn(raw, "key"),
  from: raw.from === "summary" ? "summary" : null,
  ...(typeof raw.look === "object" && raw.look !== null ? { look: raw.look as Raw } : {}),
});

/** Scenes of several runs beside one another are seen from one place. */
function TurnedTogether(props: MediaPanelProps) {
  const [cameras] = useState(() => new Cameras());
  return (
    <SharedCameras value={cameras}>
      <MediaPanel {...props} />
    </SharedCameras>
  );
}

type KeptKind = "image" | "media" | "table" | "trace";

function kept(id: KeptKind, icon: IconName, Inner: ComponentType<MediaPanelProps>): Kind<KeptConfig> {
  const keysOf = (known: Known): KeyInfo[] => mediaKeys(known.history, id);
  return {
    id,
    icon,
    fresh: (known) => read({ key: keysOf(known)[0]?.key ?? "" }),
    read,
    title: ({ key }) => key,
    Panel: function KeptPanel({ config, large }: PanelProps<KeptConfig>) {
      const { key, from } = config;
      const spec = useMemo((): KeySpec => {
        return from ? { kind: id, key, stream: "history", from } : { kind: id, key, stream: "history" };
      }, [key, from]);
      return <Inner spec={spec} large={large} />;
    },
    Editor: function KeptEditor({ config, change, known }: EditorProps<KeptConfig>) {
      const t = useText();
      const keys = keysOf(known).map((info) => info.key);
      if (config.key && !keys.includes(config.key)) keys.unshift(config.key);
      return (
        <div className="kd-editor">
          <Row label={t.kinds.key}>
            {keys.length === 0 ? (
              <span className="t3">{t.board.noMediaKeys}</span>
            ) : (
              <select
                className="ui-input"
                aria-label={t.kinds.key}
                value={config.key}
                onChange={(event) => change({ key: event.target.value, from: null })}
              >
                {keys.map((key) => (
                  <option key={key}>{key}</option>
                ))}
              </select>
            )}
          </Row>
        </div>
      );
    },
  };
}

export const image = kept("image", "image", PicturePanel);
export const media = kept("media", "play", TurnedTogether);
export const table = kept("table", "table", TablePanel);
export const trace = kept("trace", "git", TracePanel);

interface ChartConfig {
  chart: CustomChart | null;
}

const readChart = (raw: Raw): ChartConfig => {
  const { chart } = raw;
  const isChart = typeof chart === "object" && chart !== null && "table" in chart && "definition" in chart;
  return { chart: isChart ? (chart as CustomChart) : null };
};

/** There is one for each chart that a script logged; nobody makes one by hand. */
export const chart: Kind<ChartConfig> = {
  id: "chart",
  icon: "chart",
  fresh: () => ({ chart: null }),
  read: readChart,
  title: (config) => config.chart?.title ?? "",
  Panel: function KeptChart({ def, config, large }: PanelProps<ChartConfig>) {
    return config.chart ? <ChartPanel def={def} chart={config.chart} large={large} /> : <NoChart />;
  },
};

function NoChart() {
  const t = useText().board;
  return (
    <div className="pn-panel">
      <div className="pn-note">
        <b>{t.noChart}</b>
        {t.noChartWhy}
      </div>
    </div>
  );
}
