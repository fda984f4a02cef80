import type { Kind } from "@/panels/kinds";
import { type LineConfig, readLine, titleOf } from "@/panels/line/config";
import { LinePanel } from "@/panels/line/LinePanel";
import { firstMetric } from "../known";
import { metricOf } from "../values";
import { LineEditor } from "./LineEditor";

export const line: Kind<LineConfig> = {
  id: "line",
  icon: "chart",
  fresh: (known) => {
    const metric = metricOf(firstMetric(known));
    return readLine(metric ? { keys: [metric] } : {});
  },
  read: readLine,
  title: titleOf,
  Panel: LinePanel,
  Editor: LineEditor,
};
