/** What all kinds of panels have around what they draw: the card, full screen, what can be taken away of it, and why it is empty. */
import { type ReactNode, useRef, useState } from "react";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { PanelFrame } from "@/panels/PanelFrame";
import type { PanelDef } from "@/state/layout";
import { Button, errorMessage, type MenuItem } from "@/ui";
import { useText } from "@/ui/text";
import { type Cell, saveCsv, savePng, saveSvg } from "./export";
import { Numbers } from "./Numbers";
import "./kinds.css";

export interface KindFrameProps {
  def: PanelDef;
  /** The title where the person gave none. */
  title: string;
  unit?: string;
  large?: boolean | undefined;
  badges?: ReactNode;
  after?: ReactNode;
  legend?: ReactNode;
  menu?: readonly MenuItem[];
  /** What is shown, as rows. Absent where nothing is. */
  table?: () => { head: readonly string[]; rows: readonly (readonly Cell[])[] };
  /** There is a picture to save. */
  picture?: boolean;
  /** Adds to a copy of the picture what stands on a canvas on the screen. */
  complete?: (svg: SVGSVGElement) => void;
  busy?: boolean;
  /** Nothing came yet. */
  pending?: boolean;
  error?: Error | null;
  onRetry?: () => void;
  /** Why there is nothing to see, where there is not. */
  empty?: { title: string; why?: ReactNode } | null;
  /** The body takes care of its own scrolling and padding. */
  flush?: boolean;
  children: ReactNode;
}

export function KindFrame(props: KindFrameProps) {
  const { def, large, table, picture, complete, pending, error, empty, onRetry, children } = props;
  const words = useText();
  const t = words.workspace.panels;
  const host = useRef<HTMLDivElement>(null);
  const title = def.title || props.title;
  const blank = Boolean(pending || error || empty);
  const [asNumbers, setAsNumbers] = useState(false);
  const numbers = asNumbers && table && !blank ? table() : null;
  const menu: MenuItem[] = [...(props.menu ?? [])];
  if (table && !blank)
    menu.push({
      id: "numbers",
      icon: "table",
      label: words.kinds.asNumbers,
      checked: asNumbers,
      onSelect: () => setAsNumbers(!asNumbers),
    });
  if (picture && !blank && !numbers) {
    menu.push({
      id: "png",
      icon: "image",
      label: t.png,
      onSelect: () => host.current && void savePng(title, host.current),
    });
    menu.push({
      id: "svg",
      icon: "image",
      label: words.kinds.saveSvg,
      onSelect: () => {
        const svg = host.current?.querySelector<SVGSVGElement>("svg[data-picture]");
        if (svg) saveSvg(title, svg, complete);
      },
    });
  }
  if (table && !blank)
    menu.push({
      id: "csv",
      icon: "download",
      label: t.csv,
      onSelect: () => {
        const { head, rows } = table();
        saveCsv(title, head, rows);
      },
    });
  return (
    <PanelFrame
      id={def.id}
      title={title}
      {...(props.unit ? { unit: props.unit } : {})}
      badges={props.badges}
      after={props.after}
      legend={blank || numbers ? undefined : props.legend}
      large={large}
      busy={props.busy ?? false}
      menu={menu}
      tools={[]}
    >
      <div className={props.flush ? "kd-body flush" : "kd-body"} ref={host} data-kind={def.kind}>
        {error ? (
          <div className="pn-note failed" role="alert">
            <b>{t.failed}</b>
            <span className="cut">{errorMessage(error, words.common.errors)}</span>
            {onRetry && <Button onClick={onRetry}>{words.common.retry}</Button>}
          </div>
        ) : empty ? (
          <div className="pn-note">
            <b>{empty.title}</b>
            {empty.why && <span>{empty.why}</span>}
          </div>
        ) : pending ? (
          <PlotSkeleton />
        ) : numbers ? (
          <Numbers label={title} {...numbers} />
        ) : (
          children
        )}
      </div>
    </PanelFrame>
  );
}
