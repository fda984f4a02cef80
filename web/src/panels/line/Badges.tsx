/** What a panel says about how its lines are drawn, and what is not drawn. */
import { whole } from "@/plot/ticks";
import type { ChartSettings } from "@/state/settings";
import { useText } from "@/ui/text";
import type { Drawing } from "./data";

export interface Counts {
  /** Runs or groups there are, and how many of them are drawn. */
  all: number;
  drawn: number;
  /** Metrics and formulas that are drawn, and how many a pattern finds. */
  metrics: number;
  matched: number;
}

interface BadgesProps {
  drawing: Drawing;
  settings: ChartSettings;
  counts: Counts;
  /** Draws all of them. */
  raise: () => void;
  missing: readonly string[];
}

export function Badges({ drawing, settings, counts, raise, missing }: BadgesProps) {
  const { smoothing, logX, logY, centre, band } = settings;
  const { workspace: t, lines } = useText();
  const smooth = smoothing.amount > 0 && !drawing.bars;
  return (
    <>
      {smooth && (
        <span className="ui-badge">
          {t.bar.kindsShort[smoothing.kind]} {amountText(smoothing)}
        </span>
      )}
      {drawing.grouped && !drawing.bars && (
        <span className="ui-badge">
          {lines.centres[centre]}
          {band !== "none" && ` · ${lines.bands[band]}`}
        </span>
      )}
      {counts.drawn < counts.all && (
        <button type="button" className="ui-badge warn pn-raise" title={lines.mostHint} onClick={raise}>
          {(drawing.grouped ? lines.mostGroups : lines.most)(counts.drawn, counts.all)}
        </button>
      )}
      {counts.metrics < counts.matched && (
        <span className="ui-badge warn" title={lines.manyHint(counts.metrics)}>
          {lines.many(counts.metrics, counts.matched)}
        </span>
      )}
      {drawing.approximate.formulas && (
        <span className="ui-badge" title={lines.approximateHint}>
          ≈
        </span>
      )}
      {missing.length > 0 && !drawing.empty && (
        <span className="ui-badge warn" title={lines.missing(missing.join(", "))}>
          {lines.missingShort(missing.length)}
        </span>
      )}
      {!smooth && !drawing.grouped && drawing.bucketed && (
        <span className="ui-badge" title={t.panels.badgeHint}>
          {t.panels.meanBand}
        </span>
      )}
      {drawing.bars && <span className="ui-badge">{t.panels.bars}</span>}
      {logY && !drawing.bars && <span className="ui-badge">{t.panels.log}</span>}
      {logX && !drawing.bars && <span className="ui-badge">{t.panels.logX}</span>}
      {drawing.hidden.count > 0 && (
        <span className="ui-badge warn" title={t.panels.hiddenHint}>
          {t.panels.hidden(`${drawing.hidden.atLeast ? "≥" : ""}${whole(drawing.hidden.count)}`)}
        </span>
      )}
      {drawing.odd.count > 0 && (
        <span className="ui-badge warn" title={t.panels.oddHint}>
          ▽ {(drawing.odd.onlyNan ? t.panels.nan : t.panels.odd)(drawing.odd.count, drawing.odd.runs)}
        </span>
      )}
    </>
  );
}

export function amountText({ kind, amount }: { kind: string; amount: number }): string {
  return kind === "time" || kind === "ema" ? amount.toFixed(amount >= 0.99 ? 3 : 2) : `${Number(amount.toFixed(1))}%`;
}
