import type { PointerEventHandler, ReactNode } from "react";
import { Icon, IconButton, type IconName, Menu, type MenuItem } from "@/ui";
import { useText } from "@/ui/text";
import { useArranging } from "./arranging";
import { useBoard } from "./board";
import { useHandle, usePanel } from "./panel";

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
  /** What can be done with this kind of panel, beside what can be done with any. */
  tools: readonly PanelTool[];
  menu: readonly MenuItem[];
  legend?: ReactNode;
  busy?: boolean;
  large?: boolean | undefined;
  children: ReactNode;
}

/** The card around a panel: its title, what can be done with it, and a thin bar while it asks for something. */
export function PanelFrame(props: PanelFrameProps) {
  const { unit, badges, after, value, tools, legend, busy, large, children } = props;
  const t = useText();
  const { under, change } = useBoard();
  const def = usePanel();
  const id = def?.id ?? props.id;
  const title = def?.title || props.title;
  const arranging = useArranging();
  const handle = useHandle();
  const cut = title.lastIndexOf("/", title.length - 2);
  const free = arranging !== null && !arranging.locked && def !== null;
  const edited = arranging?.editing?.scope === "panel" && arranging.editing.panel === id;
  const full = () => change({ panel: id }, { push: true });
  const open = () => arranging?.open({ scope: "panel", panel: id });
  const menu: MenuItem[] = [
    ...(free
      ? ([
          { id: "edit", icon: "gear", label: t.board.edit, hint: "e", onSelect: open },
          {
            id: "duplicate",
            icon: "copy",
            label: t.board.duplicate,
            hint: "d",
            onSelect: () => void arranging.actions.duplicate(def),
          },
        ] as const)
      : []),
    ...(large
      ? []
      : [
          {
            id: "full",
            icon: "full" as const,
            label: t.workspace.panels.fullScreen,
            hint: "f",
            onSelect: full,
          },
        ]),
    ...(arranging
      ? [
          {
            id: "link",
            icon: "link" as const,
            label: t.workspace.panels.copyLink,
            onSelect: () => void arranging.actions.copyLink(id),
          },
        ]
      : []),
    ...(free
      ? [{ id: "move", icon: "folder" as const, label: t.board.moveTo, onSelect: () => arranging.move(def) }]
      : []),
    ...(props.menu.length > 0 ? [{ id: "own", separator: true as const }, ...props.menu] : []),
    ...(free
      ? [
          { id: "end", separator: true as const },
          {
            id: "remove",
            icon: "trash" as const,
            label: t.board.remove,
            hint: t.board.deleteKey,
            danger: true,
            onSelect: () => arranging.actions.remove(def),
          },
        ]
      : []),
  ];
  return (
    <article
      className={`pn-panel${large ? " large" : ""}${edited ? " edited" : ""}`}
      aria-label={title}
      onPointerEnter={() => under.set(id)}
      onPointerLeave={() => under.get() === id && under.set(null)}
    >
      <header>
        {handle && (
          <button
            type="button"
            className="pn-grip"
            title={t.board.drag}
            {...handle.attributes}
            aria-label={t.board.dragPanel(title)}
            ref={handle.ref}
            {...handle.listeners}
          >
            <Icon name="drag" small />
          </button>
        )}
        <h3
          title={title}
          className={handle ? "pn-move" : undefined}
          onPointerDown={handle?.listeners?.onPointerDown as PointerEventHandler | undefined}
        >
          <span className="pn-prefix">{title.slice(0, cut + 1)}</span>
          <span className="pn-name">{title.slice(cut + 1)}</span>
          {unit && <span className="pn-unit">{unit}</span>}
        </h3>
        <span className="pn-badges">{badges}</span>
        <span className="pn-end">
          {after}
          {value}
          <span className="pn-tools">
            {!large && <IconButton icon="full" label={t.workspace.panels.fullScreen} small onClick={full} />}
            {tools.map((tool) => (
              <IconButton key={tool.id} icon={tool.icon} label={tool.label} on={tool.on} small onClick={tool.act} />
            ))}
            {free && <IconButton icon="gear" label={t.board.edit} small on={edited} onClick={open} />}
            {menu.length > 0 && (
              <Menu
                align="end"
                items={menu}
                trigger={<IconButton icon="dots" label={t.workspace.panels.more} small />}
              />
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
