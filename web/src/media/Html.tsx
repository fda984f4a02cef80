/** A logged page, in a frame of its own that has no way out: no session, no network, no scripts of ours but a measure. */
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { useText } from "@/ui/text";
import { fitted, pageSizeOf, UNTOLD } from "./page-size";

/** A page that is taller is shown so far, and scrolls, until all of it is asked for. */
const TALL = 480;

export interface HtmlProps {
  address: string;
  label: string;
  /** It stands free, as tall as its content; else it fills its place and scrolls. */
  large?: boolean | undefined;
}

export function Html({ address, label, large }: HtmlProps) {
  return large ? <Free key={address} address={address} label={label} /> : <Frame address={address} label={label} />;
}

interface FrameProps extends HtmlProps {
  at?: React.Ref<HTMLIFrameElement>;
  height?: number;
}

function Frame({ address, label, at, height }: FrameProps) {
  return (
    <iframe
      ref={at}
      className="md-html"
      style={height === undefined ? undefined : ({ "--tall": `${height}px` } as CSSProperties)}
      title={label}
      src={`${address}?as=page`}
      sandbox="allow-scripts"
      loading="lazy"
    />
  );
}

function Free({ address, label }: HtmlProps) {
  const t = useText().media;
  const frame = useRef<HTMLIFrameElement>(null);
  const [fit, setFit] = useState(UNTOLD);
  const [all, setAll] = useState(false);
  useEffect(() => {
    const listen = (event: MessageEvent) => {
      if (event.source === null || event.source !== frame.current?.contentWindow) return;
      const size = pageSizeOf(event.data);
      if (size) setFit((before) => fitted(before, size));
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, []);
  return (
    <div className={all ? "md-page all" : "md-page"}>
      <Frame at={frame} address={address} label={label} height={fit.height + 2} />
      {fit.height > TALL && (
        <button type="button" className="ui-btn" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t.showLess : t.showAll}
        </button>
      )}
    </div>
  );
}
