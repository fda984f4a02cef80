/** A Plotly figure, drawn by Plotly itself, in the colours of the page where the figure has none of its own. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { figureOf } from "./plotly-figure";
import { templateNow } from "./plotly-theme";
import { useJsonFile } from "./source";

export default function Plotly({
  path,
  address,
  large,
}: {
  path: string;
  address: string;
  large?: boolean | undefined;
}) {
  const t = useText().media;
  const file = useJsonFile(address);
  // the strict build makes no code from text, which the page's policy would refuse
  const library = useQuery({
    queryKey: ["plotly"] as const,
    queryFn: async () => (await import("plotly.js-strict-dist-min")).default,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const plotly = library.data;
  const data = file.data;
  const figure = data === undefined ? null : figureOf(data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the file's data decide the figure, the theme its colours.
  useEffect(() => {
    const element = host.current;
    if (!element || !plotly || !figure) return;
    void plotly.react(element, {
      data: figure.data,
      layout: { ...figure.layout, template: templateNow(), autosize: true, width: undefined, height: undefined },
      frames: figure.frames,
      config: { responsive: false, displaylogo: false, displayModeBar: large ? true : "hover", plotlyServerURL: "" },
    });
    const watch = new ResizeObserver(() => plotly.Plots.resize(element));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plotly.purge(element);
    };
  }, [plotly, data, theme, large]);
  if (file.isPending) return <div className="md-wait" />;
  if (!figure || library.isError) return <FileCard path={path} address={address} why={t.plotlyOther} />;
  return <div ref={host} className={large ? "md-plotly large" : "md-plotly"} />;
}
