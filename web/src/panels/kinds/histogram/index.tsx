/** How values are spread: a histogram logged over steps, as heat, ridge or overlay; or a value over the runs drawn. */
import type { Kind, PanelProps } from "@/panels/kinds";
import { HistogramPanel } from "@/panels/media/HistogramPanel";
import { nameOf } from "@/state/fields";
import { isAdded } from "@/state/layout";
import { firstMetric } from "../known";
import { type HistogramConfig, readHistogram, specOf } from "./config";
import { HistogramEditor } from "./HistogramEditor";
import { OverRuns } from "./OverRuns";
import { Ridge } from "./Ridge";

function Panel(props: PanelProps<HistogramConfig>) {
  const { def, config, large } = props;
  if (config.look === "runs") return <OverRuns {...props} />;
  if (config.look === "heat" && config.key)
    return <HistogramPanel spec={specOf(config)} large={large} heatFirst={isAdded(def.id)} />;
  return <Ridge {...props} />;
}

export const histogram: Kind<HistogramConfig> = {
  id: "histogram",
  icon: "histogram",
  fresh: (known) => {
    const logged = known.history.find((info) => info.type === "histogram");
    return logged ? readHistogram({ key: logged.key }) : readHistogram({ key: firstMetric(known), look: "runs" });
  },
  read: readHistogram,
  title: (config) => nameOf(config.key),
  Panel,
  Editor: HistogramEditor,
};
