/**
 * A figure of Bokeh, drawn by Bokeh in a frame of its own: figures may ask servers for data and hold code, so that they
 * have neither our session nor any address to ask.
 */
import core from "@bokeh/bokehjs/build/js/bokeh.min.js?url";
import gl from "@bokeh/bokehjs/build/js/bokeh-gl.min.js?url";
import mathjax from "@bokeh/bokehjs/build/js/bokeh-mathjax.min.js?url";
import tables from "@bokeh/bokehjs/build/js/bokeh-tables.min.js?url";
import widgets from "@bokeh/bokehjs/build/js/bokeh-widgets.min.js?url";
import { useEffect, useMemo, useRef, useState } from "react";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { bokehNeeds, bokehOf } from "./bokeh";
import { FileCard } from "./Item";
import { useJsonFile } from "./source";

const SCRIPTS = { core, gl, mathjax, tables, widgets };

export interface BokehProps {
  path: string;
  address: string;
  label: string;
  large?: boolean | undefined;
}

export default function Bokeh({ path, address, label, large }: BokehProps) {
  const t = useText().figures;
  const file = useJsonFile(address);
  const theme = useTheme();
  const figure = useMemo(() => (file.data === undefined ? null : bokehOf(file.data)), [file.data]);
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    const listen = (event: MessageEvent<{ bokeh?: "ready" | "drawn" | "failed"; why?: string }>) => {
      if (event.source !== frame.current?.contentWindow || !event.data) return;
      if (event.data.bokeh === "ready") setReady(true);
      if (event.data.bokeh === "failed") setFailed(String(event.data.why ?? "").slice(0, 200));
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, []);
  useEffect(() => {
    if (!ready || !figure?.document) return;
    const scripts = bokehNeeds(figure.document).map((part) => SCRIPTS[part]);
    const inks = { text: inkOf("--text"), soft: inkOf("--text-2"), line: inkOf("--line"), card: inkOf("--card") };
    // the frame has no origin of its own that could be named
    frame.current?.contentWindow?.postMessage({ document: figure.document, scripts, inks, theme }, "*");
  }, [ready, figure, theme]);
  if (file.isPending) return <div className="md-wait" />;
  if (!figure?.document) {
    const why = figure ? t.bokehOld(figure.version) : t.bokehBroken("JSON");
    return <FileCard path={path} address={address} why={why} />;
  }
  if (failed) return <FileCard path={path} address={address} why={t.bokehBroken(failed)} />;
  return (
    <iframe
      ref={frame}
      className={large ? "md-bokeh large" : "md-bokeh"}
      title={label}
      src="/frames/bokeh.html"
      sandbox="allow-scripts"
    />
  );
}
