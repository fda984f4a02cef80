import type { Kind } from "@/panels/kinds";
import { FIRST_SPEC, readVega, type VegaConfig } from "./config";
import { VegaEditor } from "./VegaEditor";
import { VegaPanel } from "./VegaPanel";

export const vega: Kind<VegaConfig> = {
  id: "vega",
  icon: "code",
  fresh: (known) => {
    const metric = known.history.find((info) => info.kind === "number" && !info.key.startsWith("_"))?.key ?? "";
    return readVega({ spec: FIRST_SPEC, fields: { value: metric }, strings: { title: metric } });
  },
  read: readVega,
  title: (config) => config.strings.title ?? "",
  Panel: VegaPanel,
  Editor: VegaEditor,
};
