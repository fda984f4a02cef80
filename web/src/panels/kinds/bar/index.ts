import type { Kind } from "@/panels/kinds";
import { firstMetric } from "../known";
import { BarEditor } from "./BarEditor";
import { BarPanel, barTitle } from "./BarPanel";
import { type BarConfig, readBar } from "./config";

export const bar: Kind<BarConfig> = {
  id: "bar",
  icon: "rows",
  fresh: (known) => readBar({ keys: firstMetric(known) ? [firstMetric(known)] : [], sort: "best" }),
  read: readBar,
  title: barTitle,
  Panel: BarPanel,
  Editor: BarEditor,
};
