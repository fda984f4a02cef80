import type { EditorProps } from "@/panels/kinds";
import { Segmented } from "@/ui";
import { useText } from "@/ui/text";
import { KeyPicker } from "../fields/KeyPicker";
import { ChoiceField, CountField, Row, StatisticField } from "../fields/parts";
import { firstMetric } from "../known";
import { type HistogramConfig, LOOKS } from "./config";

export function HistogramEditor({ config, change, known }: EditorProps<HistogramConfig>) {
  const t = useText().kinds;
  const logged = known.history.filter((info) => info.type === "histogram").map((info) => info.key);
  if (config.key && config.look !== "runs" && !logged.includes(config.key)) logged.unshift(config.key);
  const turnTo = (look: HistogramConfig["look"]) => {
    const kept = (look === "runs") === (config.look === "runs");
    change({ look, key: kept ? config.key : look === "runs" ? firstMetric(known) : (logged[0] ?? "") });
  };
  return (
    <div className="kd-editor">
      <Row label={t.look}>
        <Segmented
          label={t.look}
          value={config.look}
          onChange={turnTo}
          options={LOOKS.map((id) => ({ id, name: t.looks[id] }))}
        />
      </Row>
      {config.look === "runs" ? (
        <>
          <KeyPicker label={t.metric} known={known} numeric value={config.key} onChange={(key) => change({ key })} />
          <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
          <CountField label={t.bins} value={config.bins} min={2} max={100} onChange={(bins) => change({ bins })} />
        </>
      ) : logged.length === 0 ? (
        <p className="t3">{t.noHistograms}</p>
      ) : (
        <ChoiceField
          label={t.key}
          value={config.key}
          onChange={(key) => change({ key })}
          options={logged.map((key) => ({ id: key, name: key }))}
        />
      )}
    </div>
  );
}
