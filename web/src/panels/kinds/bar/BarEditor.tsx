import type { EditorProps } from "@/panels/kinds";
import { useText } from "@/ui/text";
import { KeysPicker } from "../fields/KeyPicker";
import { ChoiceField, CountField, RangeField, StatisticField, ToggleField } from "../fields/parts";
import { type BarConfig, SORTS, SPREADS } from "./config";

export function BarEditor({ config, change, known }: EditorProps<BarConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeysPicker label={t.metrics} known={known} numeric value={config.keys} onChange={(keys) => change({ keys })} />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
      <ChoiceField
        label={t.sort}
        value={config.sort}
        onChange={(sort) => change({ sort })}
        options={SORTS.map((id) => ({ id, name: t.sorts[id] }))}
      />
      <ChoiceField
        label={t.spread}
        value={config.spread}
        onChange={(spread) => change({ spread })}
        options={SPREADS.map((id) => ({ id, name: t.spreads[id] }))}
      />
      <CountField label={t.most} value={config.most} min={1} max={200} onChange={(most) => change({ most })} />
      <ToggleField label={t.vertical} value={config.vertical} onChange={(vertical) => change({ vertical })} />
      <RangeField label={t.range} low={config.low} high={config.high} onChange={(low, high) => change({ low, high })} />
    </div>
  );
}
