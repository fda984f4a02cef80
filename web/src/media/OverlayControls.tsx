/** Which layers and classes are drawn over pictures, and how: one list for all pictures it is given. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { Checkbox, Slider, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { maskQuery } from "./bitmap";
import { classKey, classToken, layerKey, type OverlayLook, PLAIN_OVERLAY } from "./overlay";
import { jsonQuery } from "./source";
import { type LayerFacts, type LayerFile, overlayFacts, type ScoreFacts, spreadOf } from "./summary";

const BINS = 24;

export interface OverlayControlsProps {
  files: readonly LayerFile[];
  look: OverlayLook;
  onChange: (look: OverlayLook) => void;
}

export function OverlayControls({ files, look, onChange }: OverlayControlsProps) {
  const t = useText().pictures;
  const data = useQueries({
    queries: files.map(({ kind, address }) => (kind === "masks" ? maskQuery(address) : jsonQuery(address))),
    combine: (found) => found.map((file): unknown => file.data),
  });
  const facts = useMemo(() => overlayFacts(files, data), [files, data]);
  const set = (patch: Partial<OverlayLook>) => onChange({ ...look, ...patch });
  const flip = (key: string) =>
    set({ off: look.off.includes(key) ? look.off.filter((each) => each !== key) : [...look.off, key] });
  const has = (kind: string) => files.some((file) => file.kind === kind);
  const changed = JSON.stringify(look) !== JSON.stringify(PLAIN_OVERLAY);
  return (
    <div className="ov">
      {facts.layers.map((layer) => (
        <Layer
          key={layerKey(layer.kind, layer.name)}
          layer={layer}
          off={look.off}
          onFlip={flip}
          onOff={(off) => set({ off })}
        />
      ))}
      {facts.scores.map((score) => (
        <Score
          key={score.name}
          facts={score}
          least={look.scores[score.name]}
          onChange={(value) => {
            const { [score.name]: _, ...rest } = look.scores;
            set({ scores: value <= score.low ? rest : { ...rest, [score.name]: value } });
          }}
        />
      ))}
      {has("masks") && (
        <div className="ov-row">
          <span>{t.opacity}</span>
          <Slider
            label={t.opacity}
            value={look.opacity}
            min={0}
            max={1}
            step={0.05}
            onChange={(opacity) => set({ opacity })}
          />
          <b className="num">{Math.round(look.opacity * 100)} %</b>
        </div>
      )}
      {has("boxes") && (
        <>
          <div className="ov-row">
            <span>{t.lineWidth}</span>
            <Slider
              label={t.lineWidth}
              value={look.line}
              min={0.5}
              max={6}
              step={0.5}
              onChange={(line) => set({ line })}
            />
            <b className="num">{look.line} px</b>
          </div>
          <div className="ov-row">
            <span>{t.boxLabels}</span>
            <Toggle label={t.boxLabels} checked={look.labels} onChange={(labels) => set({ labels })} />
          </div>
        </>
      )}
      {changed && (
        <button type="button" className="ui-link ov-reset" onClick={() => onChange(PLAIN_OVERLAY)}>
          {t.showAll}
        </button>
      )}
    </div>
  );
}

interface LayerProps {
  layer: LayerFacts;
  off: readonly string[];
  onFlip: (key: string) => void;
  onOff: (off: string[]) => void;
}

function Layer({ layer, off, onFlip, onOff }: LayerProps) {
  const t = useText().pictures;
  const { kind, name, classes } = layer;
  const key = layerKey(kind, name);
  const keys = classes.map(({ id }) => classKey(kind, name, id));
  const hidden = keys.filter((each) => off.includes(each)).length;
  const on = !off.includes(key);
  const all = () => {
    const rest = off.filter((each) => each !== key && !keys.includes(each));
    onOff(on && hidden === 0 ? [...rest, key] : rest);
  };
  return (
    <div className="ov-layer" role="group" aria-label={`${t.kinds[kind]} ${name}`}>
      <div className="ov-head">
        <Checkbox
          checked={on && (hidden === 0 ? true : "indeterminate")}
          onChange={all}
          label={`${t.kinds[kind]} ${name}`}
        />
        <b className="cut">{name}</b>
        <span className="t3">{t.kinds[kind]}</span>
      </div>
      <div className="ov-classes">
        {classes.map(({ id, label, count }, place) => {
          const shown = on && !off.includes(keys[place] ?? "");
          return (
            <button
              key={id}
              type="button"
              className={shown ? "ov-class" : "ov-class off"}
              aria-pressed={shown}
              disabled={!on}
              title={t.onlyThis}
              onClick={(event) => {
                const own = keys[place] ?? "";
                if (!event.altKey) return onFlip(own);
                const others = keys.filter((each) => each !== own);
                onOff([...off.filter((each) => !keys.includes(each)), ...others]);
              }}
            >
              <i style={{ background: `var(${classToken(id)})` }} />
              <span className="cut">{label}</span>
              <span className="t3 num">{count}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

interface ScoreProps {
  facts: ScoreFacts;
  least: number | undefined;
  onChange: (least: number) => void;
}

function Score({ facts, least, onChange }: ScoreProps) {
  const t = useText().pictures;
  const { name, low, high, values } = facts;
  const from = least ?? low;
  const counts = useMemo(() => spreadOf(values, low, high, BINS), [values, low, high]);
  const most = Math.max(1, ...counts);
  const left = values.filter((value) => value >= from).length;
  return (
    <div className="ov-score">
      <div className="ov-row">
        <span className="cut">{name}</span>
        <span className="t3 num">{t.boxesLeft(left, values.length)}</span>
        <b className="num">≥ {from.toFixed(2)}</b>
      </div>
      <div className="ov-spread" aria-hidden="true">
        {counts.map((count, bin) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have nothing but their place.
            key={bin}
            className={low + ((bin + 1) / BINS) * (high - low) <= from ? "under" : undefined}
            style={{ height: `${(count / most) * 100}%` }}
          />
        ))}
      </div>
      <Slider
        label={t.leastScore(name)}
        value={from}
        min={low}
        max={high}
        step={(high - low) / 100 || 0.01}
        onChange={onChange}
      />
    </div>
  );
}
