/**
 * A Plotly figure in three dimensions. Browsers give out few contexts of WebGL, and Plotly takes one for each figure that can
 * be turned: so many on the page are such at a time, those that one pointed at last, and the others are still pictures.
 */
import { useEffect, useRef, useState } from "react";
import { type Theme, useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { LiveFigure, type PlotlyLibrary } from "./Plotly";
import type { PlotlyFigure } from "./plotly-figure";
import { templateNow } from "./plotly-theme";

const MOST_LIVE = 8;
/** What puts each down that can be turned, the one that was pointed at last at the end. */
const live: (() => void)[] = [];
/** Pictures are taken one after another. */
let last: Promise<unknown> = Promise.resolve();

export interface SolidFigureProps {
  plotly: PlotlyLibrary;
  figure: PlotlyFigure;
  label: string;
}

export function SolidFigure({ plotly, figure, label }: SolidFigureProps) {
  const t = useText().media;
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [still, setStill] = useState<{ address: string; theme: Theme } | null>(null);
  const [held, setHeld] = useState(false);
  const [drawn, setDrawn] = useState(false);
  // as it was turned last
  const [seen, setSeen] = useState(figure);
  useEffect(() => setSeen(figure), [figure]);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (held || !size || size.width < 20 || size.height < 20) return;
    let wanted = true;
    last = last.then(async () => {
      if (!wanted) return;
      const layout = { ...seen.layout, template: templateNow(), ...size };
      const how = { format: "png", ...size, scale: devicePixelRatio || 1 } as const;
      const address = await plotly.toImage({ data: seen.data, layout, config: { plotlyServerURL: "" } }, how);
      if (wanted) setStill({ address, theme });
    });
    last = last.catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [plotly, seen, size, theme, held]);
  const release = useRef(() => {
    setHeld(false);
    setDrawn(false);
  });
  const hold = () => {
    forget(release.current);
    live.push(release.current);
    if (live.length > MOST_LIVE) live.shift()?.();
    setHeld(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: as it comes onto the page, and as it goes.
  useEffect(() => {
    if (live.length < MOST_LIVE) hold();
    return () => forget(release.current);
  }, []);
  return (
    <div
      ref={host}
      className="md-solid"
      tabIndex={0}
      role="group"
      aria-label={label}
      onPointerEnter={hold}
      onFocus={hold}
    >
      {still && (
        <img
          className="md-still"
          src={still.address}
          alt={label}
          title={t.plotlyTake}
          data-drawn={still.theme}
          hidden={drawn}
        />
      )}
      {!still && !held && <div className="md-wait" />}
      {held && (
        <LiveFigure
          plotly={plotly}
          figure={seen}
          onDrawn={() => setDrawn(true)}
          onGone={(layout) => setSeen((old) => ({ ...old, layout: withoutPage(layout) }))}
        />
      )}
    </div>
  );
}

function forget(release: () => void): void {
  const at = live.indexOf(release);
  if (at >= 0) live.splice(at, 1);
}

/** What of a layout is the figure's own. */
function withoutPage({ template: _template, width: _width, height: _height, ...rest }: PlotlyFigure["layout"]) {
  return rest;
}
