/**
 * A Plotly figure in three dimensions: a still picture until one points at it. Browsers give out few contexts of WebGL, and
 * Plotly takes one for each figure that can be turned; of all on the page one is such at a time.
 */
import { useEffect, useRef, useState } from "react";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { LiveFigure, type PlotlyLibrary } from "./Plotly";
import type { PlotlyFigure } from "./plotly-figure";
import { templateNow } from "./plotly-theme";

/** Puts down the one that is in hand. */
let putDown: (() => void) | null = null;
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
  const [still, setStill] = useState("");
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the page change with the theme.
  useEffect(() => {
    if (held || !size || size.width < 20 || size.height < 20) return;
    let wanted = true;
    last = last.then(async () => {
      if (!wanted) return;
      const layout = { ...seen.layout, template: templateNow(), ...size };
      const how = { format: "png", ...size, scale: devicePixelRatio || 1 } as const;
      const picture = await plotly.toImage({ data: seen.data, layout, config: { plotlyServerURL: "" } }, how);
      if (wanted) setStill(picture);
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
    if (putDown === release.current) return;
    putDown?.();
    putDown = release.current;
    setHeld(true);
  };
  useEffect(() => {
    const own = release.current;
    return () => {
      if (putDown === own) putDown = null;
    };
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
      {still && <img src={still} alt={label} title={t.plotlyTake} hidden={drawn} />}
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

/** What of a layout is the figure's own. */
function withoutPage({ template: _template, width: _width, height: _height, ...rest }: PlotlyFigure["layout"]) {
  return rest;
}
