/** One section of the board: its head, its page of panels in a grid, and the sections within it. */
import { useDraggable, useDroppable } from "@dnd-kit/core";
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { changeSection, heightWithin, moveSection, type PanelDef, sized, USUAL_HEIGHT } from "@/state/layout";
import { flip } from "@/state/view";
import { Icon, IconButton, Menu, type MenuItem } from "@/ui";
import { useText } from "@/ui/text";
import { admit } from "./admit";
import { useArranging } from "./arranging";
import { useBoard } from "./board";
import { type Carried, useDropSide } from "./drag";
import { type Cell, packed, pageOf, pageWith } from "./grid";
import { PanelOf } from "./PanelOf";
import { PanelPlace } from "./PanelPlace";
import { HandleProvider } from "./panel";
import { neighboursOf, type Section } from "./sections";
import { titleOf } from "./useActions";

const GAP = 8;

export interface SectionViewProps {
  section: Section;
  /** As many panels as the workspace puts in a row. */
  columns: number;
  /** There is room for one column alone. */
  narrow: boolean;
  depth: number;
}

export function SectionView({ section, columns: usual, narrow, depth }: SectionViewProps) {
  const { view } = useBoard();
  const arranging = useArranging();
  const { panels, inner, def } = section;
  const folded = isFolded(view.folded, view.metrics, section);
  const columns = narrow ? 1 : def.columns || usual;
  const [wanted, setWanted] = useState(0);
  const editing = arranging?.editing;
  const edited = editing?.scope === "panel" ? editing.panel : null;
  // the panel that is edited is to be seen
  useEffect(() => {
    if (edited && panels.some((panel) => panel.id === edited)) setWanted(pageWith(panels, columns, def.rows, edited));
  }, [edited, panels, columns, def.rows]);
  const page = useMemo(() => pageOf(panels, columns, def.rows, wanted), [panels, columns, def.rows, wanted]);
  return (
    <section className={depth === 0 ? "ws-section" : "ws-section inner"} aria-label={section.title || undefined}>
      <Head section={section} folded={folded} depth={depth}>
        {!folded && page.pages > 1 && (
          <Pages
            first={page.first}
            last={page.last}
            of={panels.length}
            back={page.page > 0 ? () => setWanted(page.page - 1) : null}
            on={page.page < page.pages - 1 ? () => setWanted(page.page + 1) : null}
          />
        )}
      </Head>
      {!folded && (
        <>
          {(panels.length > 0 || section.def.added) && (
            <Grid section={section} panels={page.panels} columns={columns} narrow={narrow} />
          )}
          {inner.map((each) => (
            <SectionView key={each.name} section={each} columns={usual} narrow={narrow} depth={depth + 1} />
          ))}
        </>
      )}
    </section>
  );
}

/** What a search finds is shown even where a section is folded. */
function isFolded(folded: readonly string[], search: string, section: Section): boolean {
  return search === "" && folded.includes(section.name || "-") !== section.shy;
}

function Pages(props: { first: number; last: number; of: number; back: (() => void) | null; on: (() => void) | null }) {
  const { first, last, of, back, on } = props;
  const t = useText().board;
  return (
    <span className="ws-pages num">
      <span>
        {first === last ? first : `${first}–${last}`} <span className="t3">{t.of(of)}</span>
      </span>
      <IconButton icon="left" small label={t.pageBack} disabled={!back} onClick={() => back?.()} />
      <IconButton icon="right" small label={t.pageOn} disabled={!on} onClick={() => on?.()} />
    </span>
  );
}

interface HeadProps {
  section: Section;
  folded: boolean;
  depth: number;
  children: ReactNode;
}

function Head(props: HeadProps) {
  const arranging = useArranging();
  return arranging && !arranging.locked ? <MovableHead {...props} /> : <PlainHead {...props} />;
}

function PlainHead({ section, folded, depth, children }: HeadProps) {
  const Level = depth === 0 ? "h2" : "h3";
  return (
    <header className="ws-head">
      <Level>
        <FoldButton section={section} folded={folded} />
      </Level>
      {children}
    </header>
  );
}

function FoldButton({ section, folded }: { section: Section; folded: boolean }) {
  const t = useText().workspace.panels;
  const { change, view } = useBoard();
  const { count, total, name, title } = section;
  return (
    <button
      type="button"
      aria-expanded={!folded}
      disabled={view.metrics !== ""}
      onClick={() => change((old) => ({ folded: flip(old.folded, name || "-") }))}
    >
      <Icon name={folded ? "right" : "down"} />
      {title || t.other}
      <span className="n">{count === total ? t.section(total) : t.sectionOf(count, total)}</span>
    </button>
  );
}

function MovableHead({ section, folded, depth, children }: HeadProps) {
  const words = useText();
  const t = words.board;
  const arranging = useArranging();
  const { edit } = useBoard();
  const [naming, setNaming] = useState(false);
  const { name, title, def } = section;
  const shown = title || words.workspace.panels.other;
  const id = `section ${name}`;
  const data: Carried = { kind: "section", name, title: shown };
  const drag = useDraggable({ id, data });
  const place = useDroppable({ id, data });
  const side = useDropSide(id);
  const neighbours = neighboursOf(arranging?.all ?? [], name).map((each) => each.name);
  const at = neighbours.indexOf(name);
  const move = (by: number) => edit((old) => moveSection(old, name, neighbours, at + by));
  const sort = (next: typeof def.sort) => ({
    id: next,
    label: t.sorts[next],
    checked: def.sort === next,
    onSelect: () => edit((old) => changeSection(old, name, { sort: next })),
  });
  const items: MenuItem[] = [
    { id: "add", icon: "plus", label: t.addHere, onSelect: () => arranging?.add(name) },
    {
      id: "edit",
      icon: "gear",
      label: t.editSection,
      onSelect: () => arranging?.open({ scope: "section", section: name }),
    },
    { id: "rename", icon: "edit", label: t.rename, onSelect: () => setNaming(true) },
    { id: "sort", title: t.sort },
    sort("own"),
    sort("name"),
    sort("reverse"),
    { id: "l1", separator: true },
    { id: "up", icon: "up", label: t.moveUp, disabled: at <= 0, onSelect: () => move(-1) },
    { id: "down", icon: "down", label: t.moveDown, disabled: at >= neighbours.length - 1, onSelect: () => move(1) },
    { id: "l2", separator: true },
    {
      id: "remove",
      icon: "trash",
      label: t.removeSection,
      danger: true,
      onSelect: () => arranging?.actions.removeSection(section),
    },
  ];
  const Level = depth === 0 ? "h2" : "h3";
  return (
    <header
      className={`ws-head${side ? ` drop-${side}` : ""}${drag.isDragging ? " carried" : ""}`}
      ref={place.setNodeRef}
    >
      <button
        type="button"
        className="ws-grip"
        title={t.drag}
        {...drag.attributes}
        aria-label={t.dragSection(shown)}
        ref={drag.setNodeRef}
        {...drag.listeners}
      >
        <Icon name="drag" small />
      </button>
      {naming ? (
        <SectionName
          value={title}
          done={(next) => {
            setNaming(false);
            if (next !== null && next !== title)
              edit((old) => changeSection(old, name, { title: next === name ? "" : next }));
          }}
        />
      ) : (
        <Level>
          <FoldButton section={section} folded={folded} />
        </Level>
      )}
      <span className="ws-head-tools">
        <IconButton icon="plus" small label={t.addHere} onClick={() => arranging?.add(name)} />
        <Menu items={items} trigger={<IconButton icon="dots" small label={t.sectionMenu(shown)} />} />
      </span>
      {children}
    </header>
  );
}

function SectionName({ value, done }: { value: string; done: (next: string | null) => void }) {
  const t = useText().board;
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  // the menu that led here gives its focus back first
  useEffect(() => {
    const timer = setTimeout(() => input.current?.select(), 30);
    return () => clearTimeout(timer);
  }, []);
  return (
    <input
      ref={input}
      className="ui-input ws-name"
      aria-label={t.sectionName}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") done(text.trim());
        if (event.key === "Escape") done(null);
      }}
      onBlur={() => done(text.trim())}
    />
  );
}

interface GridProps {
  section: Section;
  panels: readonly PanelDef[];
  columns: number;
  narrow: boolean;
}

/** Its height is known before anything in it is, so that nothing jumps; far from the screen it is a gap of that height. */
function Grid({ section, panels, columns, narrow }: GridProps) {
  const t = useText().board;
  const arranging = useArranging();
  const { edit } = useBoard();
  const host = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [pulled, setPulled] = useState<number | null>(null);
  const { cells, rows } = useMemo(() => packed(panels, columns), [panels, columns]);
  const { def, name } = section;
  const rowHeight = pulled ?? (def.rowHeight || USUAL_HEIGHT);
  const height = rows > 0 ? rows * (rowHeight + GAP) - GAP : EMPTY_HEIGHT;
  const free = arranging !== null && !arranging.locked;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const watch = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false), {
      root: element.closest(".ws-scroll"),
      rootMargin: "900px 0px",
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const pull = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const from = event.clientY;
    const rowsPulled = Math.max(1, rows);
    const handle = event.currentTarget;
    let next = rowHeight;
    handle.setPointerCapture(event.pointerId);
    const moved = (at: globalThis.PointerEvent) => {
      next = heightWithin(rowHeight + (at.clientY - from) / rowsPulled);
      setPulled(next);
    };
    const ended = () => {
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("pointerup", ended);
      handle.removeEventListener("pointercancel", ended);
      setPulled(null);
      if (next !== rowHeight) edit((old) => changeSection(old, name, { rowHeight: next }));
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("pointerup", ended);
    handle.addEventListener("pointercancel", ended);
  };
  const nudge = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 20 : event.key === "ArrowUp" ? -20 : 0;
    if (by === 0) return;
    event.preventDefault();
    edit((old) => changeSection(old, name, { rowHeight: heightWithin(rowHeight + by) }), `height ${name}`);
  };
  const style = {
    height,
    "--row": `${rowHeight}px`,
    gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
  } as CSSProperties;
  return (
    <div className="ws-grid-box">
      <div className="ws-grid" style={style} ref={host}>
        {near && cells.map((cell) => <Slot key={cell.def.id} cell={cell} section={name} />)}
        {near && cells.length === 0 && (
          <div className="ws-empty-section">
            {t.emptySection}
            {free && (
              <button type="button" className="ui-link" onClick={() => arranging?.add(name)}>
                {t.addHere}
              </button>
            )}
          </div>
        )}
      </div>
      {free && !narrow && cells.length > 0 && (
        <button
          type="button"
          className="ws-pull"
          aria-label={t.rowHeight(section.title)}
          title={t.rowHeightHint}
          onPointerDown={pull}
          onKeyDown={nudge}
        />
      )}
    </div>
  );
}

const EMPTY_HEIGHT = 64;

/** A place for a panel. It is filled while it is near the screen, and keeps its size when it is not. */
const Slot = memo(function Slot({ cell, section }: { cell: Cell; section: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const arranging = useArranging();
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let takeBack: (() => void) | null = null;
    const watch = new IntersectionObserver(
      (entries) => {
        takeBack?.();
        takeBack = null;
        if (entries.at(-1)?.isIntersecting) takeBack = admit(() => setNear(true));
        else setNear(false);
      },
      { root: element.closest(".ws-scroll"), rootMargin: "280px 0px" },
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      takeBack?.();
    };
  }, []);
  const style = {
    gridColumn: `${cell.column + 1} / span ${cell.columns}`,
    gridRow: `${cell.row + 1} / span ${cell.rows}`,
  };
  return (
    <div className="ws-slot" ref={host} style={style} data-slot={cell.def.id}>
      {!near ? (
        <PanelPlace def={cell.def} />
      ) : arranging ? (
        <Placed cell={cell} section={section} free={!arranging.locked} />
      ) : (
        <PanelOf def={cell.def} />
      )}
    </div>
  );
});

/** A panel that can be dragged, and pulled larger. */
function Placed({ cell, section, free }: { cell: Cell; section: string; free: boolean }) {
  const { def } = cell;
  const id = `panel ${def.id}`;
  const data: Carried = { kind: "panel", id: def.id, section, title: titleOf(def) };
  const drag = useDraggable({ id, data, disabled: !free });
  const place = useDroppable({ id, data, disabled: !free });
  const side = useDropSide(id);
  const { attributes, listeners, setActivatorNodeRef, setNodeRef } = drag;
  const handle = useMemo(
    () => ({ attributes, listeners, ref: setActivatorNodeRef }),
    [attributes, listeners, setActivatorNodeRef],
  );
  return (
    <div
      className={`ws-placed${side ? ` drop-${side}` : ""}${drag.isDragging ? " carried" : ""}`}
      ref={(element) => {
        setNodeRef(element);
        place.setNodeRef(element);
      }}
    >
      <HandleProvider value={free ? handle : null}>
        <PanelOf def={def} />
      </HandleProvider>
      {free && <Corner cell={cell} />}
    </div>
  );
}

/** Pulls a panel over more cells of the grid; with the keyboard by the arrows. */
function Corner({ cell }: { cell: Cell }) {
  const t = useText().board;
  const actions = useArranging()?.actions;
  const { def } = cell;
  const [ghost, setGhost] = useState<{ width: number; height: number; text: string } | null>(null);
  const resize = (size: PanelDef["size"]) => {
    const next = sized(size);
    if (next.columns !== def.size.columns || next.rows !== def.size.rows) actions?.resize(def, next);
  };
  const pull = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    const box = handle.closest(".ws-slot")?.getBoundingClientRect();
    const grid = handle.closest<HTMLElement>(".ws-grid");
    if (!box || !grid) return;
    const across = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const wide = (grid.clientWidth + GAP) / across;
    const tall = (box.height + GAP) / cell.rows;
    let next = def.size;
    handle.setPointerCapture(event.pointerId);
    const moved = (at: globalThis.PointerEvent) => {
      const columns = Math.min(across, Math.max(1, Math.round((at.clientX - box.left + GAP) / wide)));
      const { rows } = sized({ columns, rows: (at.clientY - box.top + GAP) / tall });
      next = { columns, rows };
      setGhost({ width: columns * wide - GAP, height: rows * tall - GAP, text: `${columns} × ${rows}` });
    };
    const ended = () => {
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("pointerup", ended);
      handle.removeEventListener("pointercancel", ended);
      setGhost(null);
      resize(next);
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("pointerup", ended);
    handle.addEventListener("pointercancel", ended);
  };
  const nudge = (event: KeyboardEvent) => {
    const { columns, rows } = def.size;
    const steps: Record<string, PanelDef["size"]> = {
      ArrowRight: { columns: columns + 1, rows },
      ArrowLeft: { columns: columns - 1, rows },
      ArrowDown: { columns, rows: rows + 1 },
      ArrowUp: { columns, rows: rows - 1 },
    };
    const next = steps[event.key];
    if (!next) return;
    event.preventDefault();
    resize(next);
  };
  return (
    <>
      <button
        type="button"
        className="ws-corner"
        aria-label={t.resizePanel(titleOf(def), def.size.columns, def.size.rows)}
        title={t.resizeHint}
        onPointerDown={pull}
        onKeyDown={nudge}
      />
      {ghost && (
        <div className="ws-ghost" style={{ width: ghost.width, height: ghost.height }} aria-hidden="true">
          <span className="num">{ghost.text}</span>
        </div>
      )}
    </>
  );
}
