/** Through the versions of a table, one after another: the steps of a run, or the versions of an artifact. */
import { IconButton, Slider } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";

export interface VersionSliderProps {
  /** What a version is called: a step, a version. */
  label: string;
  name: string;
  at: number;
  of: number;
  onGo: (to: number) => void;
}

export function VersionSlider({ label, name, at, of, onGo }: VersionSliderProps) {
  const t = useText().tables;
  return (
    <div className="tb-steps num">
      <IconButton icon="left" small label={t.previousVersion} disabled={at <= 0} onClick={() => onGo(at - 1)} />
      {of > 1 && <Slider label={label} pointer value={Math.max(0, at)} min={0} max={of - 1} onChange={onGo} />}
      <IconButton icon="right" small label={t.nextVersion} disabled={at >= of - 1} onClick={() => onGo(at + 1)} />
      <span>
        {label} <b>{name}</b> <span className="t3">{t.versionOf(count(at + 1), count(of))}</span>
      </span>
    </div>
  );
}
