import type { EditorProps } from "@/panels/kinds";
import { nameOf } from "@/state/fields";
import { useText } from "@/ui/text";
import { KeyPicker, KeysPicker } from "../fields/KeyPicker";
import { StatisticField, ToggleField } from "../fields/parts";
import type { ParallelConfig } from "./config";

export function ParallelEditor({ config, change, known }: EditorProps<ParallelConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeysPicker label={t.axes} known={known} value={config.axes} onChange={(axes) => change({ axes })} />
      {config.axes.map((axis) => (
        <ToggleField
          key={axis}
          label={t.logOf(nameOf(axis))}
          value={config.log.includes(axis)}
          onChange={(on) => change({ log: withOrWithout(config.log, axis, on) })}
        />
      ))}
      {config.axes.map((axis) => (
        <ToggleField
          key={axis}
          label={t.invertOf(nameOf(axis))}
          value={config.inverted.includes(axis)}
          onChange={(on) => change({ inverted: withOrWithout(config.inverted, axis, on) })}
        />
      ))}
      <KeyPicker
        label={t.colour}
        known={known}
        numeric
        value={config.colour}
        none={t.runColours}
        onChange={(colour) => change({ colour })}
      />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
    </div>
  );
}

function withOrWithout(list: readonly string[], name: string, on: boolean): string[] {
  return on ? [...list, name] : list.filter((each) => each !== name);
}
