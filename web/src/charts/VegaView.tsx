/** A spec of Vega or Vega-Lite, drawn by the interpreter of its expressions: no code of it ever runs as JavaScript. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useSize } from "@/panels/media/useSize";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { type Datum, filledSpec, isLite, type Json, withColours, withRows } from "./vega";

export interface VegaViewProps {
  /** JSON with holes for fields and strings. */
  text: string;
  fields: Readonly<Record<string, string>>;
  strings: Readonly<Record<string, string>>;
  rows: readonly Datum[];
  label: string;
}

export default function VegaView({ text, fields, strings, rows, label }: VegaViewProps) {
  const t = useText().kinds;
  const theme = useTheme();
  const [host, width, height] = useSize();
  const place = useRef<HTMLDivElement>(null);
  // had before it is drawn: a printer waits for the turn of the colours, but for nothing that is fetched meanwhile
  const { data: library } = useQuery({
    queryKey: ["vega"] as const,
    queryFn: async () => {
      const [vega, { expressionInterpreter }, { compile }] = await Promise.all([
        import("vega"),
        import("vega-interpreter"),
        import("vega-lite"),
      ]);
      return { vega, expressionInterpreter, compile };
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const [wrong, setWrong] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours change with the theme.
  useEffect(() => {
    const element = place.current;
    if (!element || !library || width < 20 || height < 20) return;
    const { vega, expressionInterpreter, compile } = library;
    let view: { finalize: () => unknown } | null = null;
    let live = true;
    const draw = async () => {
      const filled = filledSpec(text, fields, strings);
      // the panel says its title already
      if (filled.title === label) delete filled.title;
      const lite = isLite(filled);
      let spec = withColours(withRows(filled, rows, lite), rows);
      if (lite) {
        const sized = {
          autosize: { type: "fit", contains: "padding" },
          width: width - 12,
          height: height - 12,
          ...fixed(spec),
        };
        spec = compile({ ...spec, ...sized } as never, { config: configOf() as never }).spec as unknown as typeof spec;
      } else spec = { autosize: { type: "fit", contains: "padding" }, ...spec, width: width - 12, height: height - 12 };
      const refuse = () => Promise.reject(new Error(t.noLoading));
      const made = new vega.View(vega.parse(spec as never, (lite ? {} : configOf()) as never, { ast: true }), {
        expr: expressionInterpreter,
        renderer: "svg",
        container: element,
        hover: true,
        logLevel: vega.None,
        loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse, options: {} } as never,
      });
      view = made;
      await made.runAsync();
      if (!live) return;
      const svg = element.querySelector("svg");
      svg?.setAttribute("data-picture", "");
      setWrong(null);
    };
    draw().catch((error: unknown) => {
      if (live) setWrong(error instanceof Error ? error.message : String(error));
    });
    return () => {
      live = false;
      view?.finalize();
      element.replaceChildren();
    };
  }, [library, text, fields, strings, rows, width, height, theme, t]);
  return (
    <div className="kd-vega" ref={host}>
      <div ref={place} role="img" aria-label={label} hidden={wrong !== null} />
      {wrong !== null && (
        <div className="pn-note failed" role="alert">
          <b>{t.specWrong}</b>
          <span>{wrong}</span>
        </div>
      )}
    </div>
  );
}

/** Charts that are put together of several take their own sizes. */
function fixed(spec: { [name: string]: Json }): Record<string, Json | undefined> {
  return ["hconcat", "vconcat", "concat", "facet", "repeat"].some((name) => name in spec)
    ? { width: undefined, height: undefined, autosize: undefined }
    : {};
}

/** The look of the page: its ink, its lines, its palette. */
function configOf() {
  const [text, faint, grid, axis] = ["--text", "--text-3", "--grid", "--axis"].map(inkOf);
  const font = "Inter Variable, system-ui, sans-serif";
  return {
    background: inkOf("--card"),
    font,
    style: { "guide-label": { fill: faint, font }, "guide-title": { fill: text, font, fontWeight: 500 } },
    title: { color: text, font, fontSize: 12, fontWeight: 550 },
    axis: {
      domainColor: axis,
      tickColor: axis,
      gridColor: grid,
      labelColor: faint,
      titleColor: text,
      titleFontWeight: 500,
      labelLimit: 130,
    },
    // many names in a small panel: some of them rather than all over one another
    axisBand: { labelOverlap: "parity" },
    axisPoint: { labelOverlap: "parity" },
    legend: { labelColor: faint, titleColor: text },
    header: { labelColor: faint, titleColor: text },
    view: { stroke: null },
    range: {
      category: Array.from({ length: 20 }, (_, at) => inkOf(`--r${at + 1}`)),
      ramp: Array.from({ length: 9 }, (_, at) => inkOf(`--s${at + 1}`)),
      heatmap: Array.from({ length: 9 }, (_, at) => inkOf(`--s${at + 1}`)),
      diverging: Array.from({ length: 7 }, (_, at) => inkOf(`--d${at + 1}`)),
    },
    mark: { color: inkOf("--r1") },
    text: { color: text },
    rule: { color: axis },
  };
}
