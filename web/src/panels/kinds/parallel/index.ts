import type { Kind } from "@/panels/kinds";
import { firstMetric, isWide, varying } from "../known";
import { type ParallelConfig, readParallel } from "./config";
import { ParallelEditor } from "./ParallelEditor";
import { ParallelPanel } from "./ParallelPanel";

export const parallel: Kind<ParallelConfig> = {
  id: "parallel",
  icon: "sweep",
  fresh: (known) => {
    const metric = firstMetric(known);
    const axes = [...varying(known, false).slice(0, 6), ...(metric ? [metric] : [])];
    return readParallel({ axes, log: axes.filter((axis) => isWide(known, axis)), colour: metric });
  },
  read: readParallel,
  title: () => "",
  Panel: ParallelPanel,
  Editor: ParallelEditor,
};
