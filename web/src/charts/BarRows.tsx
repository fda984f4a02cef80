/** Bars lying, several of each label where there are several series; scrolled where there are many. */
import { number } from "@/ui/numbers";
import type { Drawn } from "./FigureView";
import type { BarFigure } from "./figure";

const GAP = 6;
const LEAST = 10;
const MOST = 18;
const VALUE = 54;
const LETTER = 6.2;

export function BarRows({ figure, width, height, isFaint, onHover }: Drawn<BarFigure>) {
  const { bars, series } = figure;
  const values = bars.flatMap((bar) => bar.values).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const longest = Math.max(...bars.map((bar) => bar.label.length), 3);
  const left = Math.min(longest * LETTER + 14, width * 0.34);
  const wide = Math.max(10, width - left - VALUE);
  const thick = Math.max(
    LEAST,
    Math.min(MOST, (height - 8 - bars.length * GAP) / Math.max(1, bars.length * series.length)),
  );
  const row = thick * series.length + GAP;
  const tall = Math.max(height, bars.length * row + 8);
  const x = (value: number) => left + ((value - low) / span) * wide;
  const letters = Math.max(3, Math.floor((left - 14) / LETTER));
  return (
    <section className="fg-bars" aria-label={figure.title} tabIndex={tall > height ? 0 : undefined}>
      <svg className="fg-rows num" data-picture width={width} height={tall} role="img" aria-label={figure.title}>
        {low < 0 && <line x1={x(0)} x2={x(0)} y1={0} y2={tall} stroke="var(--axis)" />}
        {bars.map((bar, at) => (
          <g key={bar.label} transform={`translate(0 ${4 + at * row})`}>
            <text x={10} y={(row - GAP) / 2 + 3.5}>
              <title>{bar.label}</title>
              {bar.label.length > letters ? `${bar.label.slice(0, letters - 1)}…` : bar.label}
            </text>
            {bar.values.map((value, place) => {
              const one = series[place];
              if (!Number.isFinite(value)) return null;
              return (
                <g
                  // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move.
                  key={place}
                  opacity={isFaint(one?.run) ? 0.3 : 1}
                  onPointerEnter={() => one?.run && onHover?.(one.run)}
                  onPointerLeave={() => onHover?.(null)}
                >
                  <title>{`${one?.name ?? ""} · ${bar.label}: ${number(value, 5)}`}</title>
                  <rect
                    x={Math.min(x(0), x(value))}
                    y={place * thick + 1}
                    width={Math.max(1, Math.abs(x(value) - x(0)))}
                    height={thick - 2}
                    rx={2}
                    fill={one?.colour}
                  />
                  <text className="v" x={Math.max(x(0), x(value)) + 5} y={place * thick + thick / 2 + 3.5}>
                    {number(value, 4)}
                  </text>
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </section>
  );
}
