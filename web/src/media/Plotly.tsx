/** A Plotly figure, drawn by Plotly itself, in the colours of the page where the figure has none of its own. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { figureOf } from "./plotly-figure";
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
    const layout = {
      ...themed(),
      ...figure.layout,
      autosize: true,
      width: undefined,
      height: undefined,
    };
    void plotly.react(element, figure.data, layout, {
      responsive: false,
      displaylogo: false,
      displayModeBar: large ? true : "hover",
      plotlyServerURL: "",
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

const RUNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

function themed(): Record<string, unknown> {
  const axis = { gridcolor: inkOf("--line"), zerolinecolor: inkOf("--line-strong"), linecolor: inkOf("--axis") };
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: inkOf("--text-2"), family: '"Inter Variable", system-ui, sans-serif', size: 11 },
    colorway: RUNS.map((place) => inkOf(`--r${place}`)),
    margin: { l: 48, r: 16, t: 36, b: 36 },
    xaxis: axis,
    yaxis: axis,
  };
}
