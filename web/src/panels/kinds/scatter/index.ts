import type { Kind } from "@/panels/kinds";
import { firstMetric, isWide, varying } from "../known";
import { readScatter, type ScatterConfig } from "./config";
import { ScatterEditor } from "./ScatterEditor";
import { ScatterPanel, scatterTitle } from "./ScatterPanel";

export const scatter: Kind<ScatterConfig> = {
  id: "scatter",
  icon: "scatter",
  fresh: (known) => {
    const x = varying(known, true)[0] ?? "created_at";
    return readScatter({ x, y: firstMetric(known), logX: isWide(known, x) });
  },
  read: readScatter,
  title: scatterTitle,
  Panel: ScatterPanel,
  Editor: ScatterEditor,
};
