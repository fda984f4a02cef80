/** One media item, shown as what it is. */
import { lazy, Suspense } from "react";
import { Icon } from "@/ui";
import { useText } from "@/ui/text";
import { Audio } from "./Audio";
import { Film } from "./film/Film";
import { Gif } from "./film/Gif";
import { Html } from "./Html";
import { Picture } from "./Picture";
import type { AddressOf } from "./source";
import type { MediaItem } from "./value";
import "./media.css";

const Scene = lazy(() => import("./scene"));
const Bokeh = lazy(() => import("./Bokeh"));
const Graph = lazy(() => import("./Graph"));
const Molecule = lazy(() => import("./molecule"));
const Plotly = lazy(() => import("./Plotly"));

export interface ItemProps {
  item: MediaItem;
  addressOf: AddressOf;
  /** What it shows, for those who cannot see it. */
  alt: string;
  large?: boolean | undefined;
}

export function Item({ item, addressOf, alt, large }: ItemProps) {
  const address = addressOf(item.path);
  return (
    <figure className={`md-item ${item.kind}`}>
      <Suspense fallback={<div className="md-wait" />}>
        <Body item={item} address={address} addressOf={addressOf} alt={alt} large={large} />
      </Suspense>
      {item.caption && (
        <figcaption className="cut" title={item.caption}>
          {item.caption}
        </figcaption>
      )}
    </figure>
  );
}

function Body({ item, address, addressOf, alt, large }: ItemProps & { address: string }) {
  switch (item.kind) {
    case "image":
      return <Picture item={item} addressOf={addressOf} alt={alt} />;
    case "audio":
      return <Audio address={address} label={alt} />;
    case "video":
      return /\.gif$/i.test(item.path) ? (
        <Gif item={item} addressOf={addressOf} alt={alt} />
      ) : (
        <Film address={address} label={alt} />
      );
    case "html":
      return <Html address={address} label={alt} large={large} />;
    case "plotly":
      return <Plotly path={item.path} address={address} label={alt} large={large} />;
    case "bokeh":
      return <Bokeh path={item.path} address={address} label={alt} large={large} />;
    case "graph":
      return <Graph path={item.path} address={address} />;
    case "scene":
      return <Scene path={item.path} address={address} alt={alt} large={large} />;
    case "molecule":
      return <Molecule path={item.path} address={address} label={alt} large={large} />;
    default:
      return <FileCard path={item.path} address={address} />;
  }
}

/** A file there is no picture of: its name, and the file itself. */
export function FileCard({ path, address, why }: { path: string; address: string; why?: string }) {
  const t = useText();
  const name = path.split("/").at(-1) ?? path;
  return (
    <div className="md-file">
      <span className="md-file-icon">
        <Icon name="file" />
      </span>
      <span className="md-file-name">
        <b className="cut" title={path}>
          {name}
        </b>
        <span className="t3">{why ?? t.media.noPicture}</span>
      </span>
      <a className="ui-btn" href={address} download={name}>
        <Icon name="download" />
        {t.common.download}
      </a>
    </div>
  );
}
