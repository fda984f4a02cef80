import type { EditorProps } from "@/panels/kinds";
import { useText } from "@/ui/text";
import { KeyPicker, KeysPicker } from "../fields/KeyPicker";
import { ChoiceField, StatisticField, ToggleField } from "../fields/parts";
import { type ScatterConfig, TRACES } from "./config";

export function ScatterEditor({ config, change, known }: EditorProps<ScatterConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeyPicker label={t.x} known={known} numeric value={config.x} onChange={(x) => change({ x })} />
      <ToggleField label={t.logX} value={config.logX} onChange={(logX) => change({ logX })} />
      <KeyPicker label={t.y} known={known} numeric value={config.y} onChange={(y) => change({ y })} />
      <ToggleField label={t.logY} value={config.logY} onChange={(logY) => change({ logY })} />
      <KeyPicker
        label={t.z}
        known={known}
        numeric
        value={config.z}
        none={t.runColours}
        onChange={(z) => change({ z })}
      />
      {config.z && <ToggleField label={t.logZ} value={config.logZ} onChange={(logZ) => change({ logZ })} />}
      <KeyPicker
        label={t.size}
        known={known}
        numeric
        value={config.size}
        none={t.sameSize}
        onChange={(size) => change({ size })}
      />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
      <ChoiceField
        label={t.trace}
        value={config.trace}
        onChange={(trace) => change({ trace })}
        options={TRACES.map((id) => ({ id, name: t.traces[id] }))}
      />
      <ToggleField label={t.labels} value={config.labels} onChange={(labels) => change({ labels })} />
      <KeysPicker label={t.tip} known={known} value={config.tip} onChange={(tip) => change({ tip })} />
    </div>
  );
}
