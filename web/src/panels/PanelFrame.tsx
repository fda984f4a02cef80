import type { ReactNode } from "react";
import { IconButton, type IconName, Menu, type MenuItem } from "@/ui";
import { useText } from "@/ui/text";
import { useBoard } from "./board";

export interface PanelTool {
  id: string;
  icon: IconName;
  label: string;
  on?: boolean;
  act: () => void;
}

export interface PanelFrameProps {
  id: string;
  title: string;
  /** Small words after the title: a unit, a size. */
  unit?: string;
  badges?: ReactNode;
  /** Stands at the right end when the tools do not. */
  after?: ReactNode;
  /** A number at the right end; it makes room for the tools. */
  value?: ReactNode;
  tools: readonly PanelTool[];
  menu: readonly MenuItem[];
  legend?: ReactNode;
  busy?: boolean;
  large?: boolean | undefined;
  children: ReactNode;
}

/** A card with a header whose room is kept, so that tools appear without moving anything. */
export function PanelFrame(props: PanelFrameProps) {
  const { id, title, unit, badges, after, value, tools, menu, legend, busy, large, children } = props;
  const t = useText().workspace.panels;
  const { under } = useBoard();
  const cut = title.lastIndexOf("/");
  return (
    <article
      className={large ? "pn-panel large" : "pn-panel"}
      aria-label={title}
      onPointerEnter={() => under.set(id)}
      onPointerLeave={() => under.get() === id && under.set(null)}
    >
      <header>
        <h3 title={title}>
          <span className="pn-prefix">{title.slice(0, cut + 1)}</span>
          <span className="pn-name">{title.slice(cut + 1)}</span>
          {unit && <span className="pn-unit">{unit}</span>}
        </h3>
        <span className="pn-badges">{badges}</span>
        <span className="pn-end">
          {after}
          {value}
          <span className="pn-tools">
            {tools.map((tool) => (
              <IconButton key={tool.id} icon={tool.icon} label={tool.label} on={tool.on} small onClick={tool.act} />
            ))}
            {menu.length > 0 && (
              <Menu align="end" items={menu} trigger={<IconButton icon="dots" label={t.more} small />} />
            )}
          </span>
        </span>
      </header>
      {legend}
      {children}
      <span className={busy ? "pn-busy on" : "pn-busy"} aria-hidden="true" />
    </article>
  );
}
