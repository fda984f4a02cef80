/** A Plotly figure, drawn by Plotly itself, in the colours of the page where the figure has none of its own. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { figureOf, isSolid, type PlotlyFigure, webglKinds } from "./plotly-figure";
import { templateNow } from "./plotly-theme";
import { SolidFigure } from "./SolidFigure";
import { useJsonFile } from "./source";
import { hasWebgl } from "./webgl";

export type PlotlyLibrary = typeof import("plotly.js-strict-dist-min").default;

export interface PlotlyProps {
  path: string;
  address: string;
  /** What it shows, for those who cannot see it. */
  label: string;
  large?: boolean | undefined;
}

export default function Plotly({ path, address, label, large }: PlotlyProps) {
  const t = useText().media;
  const file = useJsonFile(address);
  // the strict build makes no code from text, which the page's policy would refuse
  const library = useQuery({
    queryKey: ["plotly"] as const,
    queryFn: async () => (await import("plotly.js-strict-dist-min")).default,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const { data } = file;
  const figure = useMemo(() => (data === undefined ? null : figureOf(data)), [data]);
  if (file.isPending) return <div className="md-wait" />;
  if (!figure || library.isError) return <FileCard path={path} address={address} why={t.plotlyOther} />;
  const kinds = webglKinds(figure);
  if (kinds.length > 0 && !hasWebgl())
    return <FileCard path={path} address={address} why={t.plotlyNoWebgl(kinds.join(", "))} />;
  if (!library.data) return <div className="md-wait" />;
  const drawn = { plotly: library.data, figure, large };
  return isSolid(figure) && !large ? <SolidFigure {...drawn} label={label} /> : <LiveFigure {...drawn} />;
}

export interface LiveFigureProps {
  plotly: PlotlyLibrary;
  figure: PlotlyFigure;
  large?: boolean | undefined;
  onDrawn?: () => void;
  /** Told how it was turned when it goes. */
  onGone?: (layout: PlotlyFigure["layout"]) => void;
}

/** A figure that answers to the mouse. */
export function LiveFigure({ plotly, figure, large, onDrawn, onGone }: LiveFigureProps) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const tell = useRef({ onDrawn, onGone });
  tell.current = { onDrawn, onGone };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the page change with the theme.
  useEffect(() => {
    const element = host.current as (HTMLDivElement & { layout?: PlotlyFigure["layout"] }) | null;
    if (!element) return;
    let live = true;
    void plotly
      .react(element, {
        data: figure.data,
        layout: { ...figure.layout, template: templateNow(), autosize: true, width: undefined, height: undefined },
        frames: figure.frames,
        config: { responsive: false, displaylogo: false, displayModeBar: large ? true : "hover", plotlyServerURL: "" },
      })
      .then(() => live && tell.current.onDrawn?.());
    const watch = new ResizeObserver(() => plotly.Plots.resize(element));
    watch.observe(element);
    return () => {
      live = false;
      watch.disconnect();
      if (element.layout) tell.current.onGone?.(element.layout);
      giveBack(element);
      plotly.purge(element);
    };
  }, [plotly, figure, theme, large]);
  return <div ref={host} className={large ? "md-plotly large" : "md-plotly"} />;
}

/** A context of WebGL that nobody draws with any more counts until it is collected: the browser has few. */
function giveBack(element: HTMLElement): void {
  for (const canvas of element.querySelectorAll("canvas")) {
    const context = canvas.getContext("webgl") ?? canvas.getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
