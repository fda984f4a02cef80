/** Through the versions of a table, one step after another. */
import { IconButton, Slider } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Version } from "./useVersions";

export function StepSlider({
  list,
  step,
  onStep,
}: {
  list: readonly Version[];
  step: number;
  onStep: (step: number) => void;
}) {
  const t = useText().tables;
  const at = list.findIndex((version) => version.step === step);
  const go = (to: number) => {
    const next = list[to];
    if (next) onStep(next.step);
  };
  return (
    <div className="tb-steps num">
      <IconButton icon="left" small label={t.previousVersion} disabled={at <= 0} onClick={() => go(at - 1)} />
      {list.length > 1 && (
        <Slider label={t.versions} pointer value={Math.max(0, at)} min={0} max={list.length - 1} onChange={go} />
      )}
      <IconButton
        icon="right"
        small
        label={t.nextVersion}
        disabled={at >= list.length - 1}
        onClick={() => go(at + 1)}
      />
      <span>
        {t.versions} <b>{count(step)}</b> <span className="t3">{t.versionOf(count(at + 1), count(list.length))}</span>
      </span>
    </div>
  );
}
