import {
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragMoveEvent,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  pointerWithin,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { movePanel, moveSection } from "@/state/layout";
import { Store } from "@/state/store";
import { useText } from "@/ui/text";
import { useArranging } from "./arranging";
import { useBoard } from "./board";
import { type Carried, type Drop, DropProvider, nextPlace, type Target } from "./drag";
import { SectionView } from "./SectionView";
import { columnsFor, flatSections, neighboursOf, type Section } from "./sections";
import "./panels.css";
import "./board.css";

const LEAST_WIDTH = 316;
const GAP = 8;

/** Sections of panels; only panels near the screen stand in the page. */
export function Sections({ sections, empty }: { sections: readonly Section[]; empty?: ReactNode }) {
  const { view } = useBoard();
  const arranging = useArranging();
  const scroll = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const measure = () => {
      const style = getComputedStyle(element);
      setWidth(element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const fit = Math.max(1, Math.min(6, Math.floor((width + GAP) / (LEAST_WIDTH + GAP))));
  const all = useMemo(() => flatSections(sections), [sections]);
  const narrow = width > 0 && width < 640;
  // the drawer takes room from the board and gives it back: the panels keep their rows
  const columns = narrow ? 1 : view.columns || columnsFor(all, fit);
  const board = (
    <div className="ws-scroll" ref={scroll} data-testid="panels">
      {sections.length === 0 && empty}
      {width > 0 &&
        sections.map((section) => (
          <SectionView key={section.name} section={section} columns={columns} narrow={narrow} depth={0} />
        ))}
    </div>
  );
  return arranging ? <Movable sections={sections}>{board}</Movable> : board;
}

/** Panels are dragged within their section and to others; sections among their neighbours. */
function Movable({ sections, children }: { sections: readonly Section[]; children: ReactNode }) {
  const t = useText().board;
  const { edit } = useBoard();
  const drop = useRef(new Store<Drop | null>(null)).current;
  const [carried, setCarried] = useState<Carried | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: nextPlace }),
  );
  const over = (event: DragMoveEvent): Drop | null => {
    const from = event.active.data.current as Carried | undefined;
    const to = event.over?.data.current as Target | undefined;
    const at = event.active.rect.current.translated;
    if (!from || !to || !event.over || !at) return null;
    const { rect } = event.over;
    const pointer = pointerOf(event);
    if (from.kind === "section") {
      if (to.kind !== "section" || to.name === from.name) return null;
      if (!neighboursOf(sections, from.name).some((each) => each.name === to.name)) return null;
      const y = pointer?.y ?? at.top + at.height / 2;
      // with the keyboard one stands right on the other: before it going up, after it going down
      const after = pointer ? y > rect.top + rect.height / 2 : event.delta.y > 0;
      return { over: `section ${to.name}`, after };
    }
    if (to.kind === "section") return { over: `section ${to.name}`, after: false };
    if (to.id === from.id) return null;
    const after = pointer ? pointer.x > rect.left + rect.width / 2 : event.delta.x > 0 || event.delta.y > 0;
    return { over: `panel ${to.id}`, after };
  };
  const end = (event: DragMoveEvent) => {
    const from = event.active.data.current as Carried | undefined;
    const to = event.over?.data.current as Target | undefined;
    const where = over(event);
    drop.set(null);
    setCarried(null);
    if (!from || !to || !where) return;
    if (from.kind === "section") {
      const order = neighboursOf(sections, from.name).map((each) => each.name);
      const rest = order.filter((name) => name !== from.name);
      const place = rest.indexOf(to.kind === "section" ? to.name : "") + (where.after ? 1 : 0);
      edit((old) => moveSection(old, from.name, order, place));
      return;
    }
    const name = to.kind === "section" ? to.name : to.section;
    const ids = flatSections(sections)
      .find((each) => each.name === name)
      ?.panels.map((def) => def.id);
    if (!ids) return;
    const rest = ids.filter((id) => id !== from.id);
    const place = to.kind === "section" ? 0 : rest.indexOf(to.id) + (where.after ? 1 : 0);
    edit((old) => movePanel(old, from.id, name, ids, place));
  };
  return (
    <DropProvider value={drop}>
      <DndContext
        sensors={sensors}
        collisionDetection={under}
        accessibility={{
          screenReaderInstructions: { draggable: t.dragHow },
          announcements: {
            onDragStart: ({ active }) => t.lifted(nameOf(active.data.current as Carried | undefined)),
            onDragOver: ({ over: at }) => (at ? t.overWhat(nameOf(at.data.current as Target | undefined)) : undefined),
            onDragEnd: ({ over: at }) => (at ? t.dropped(nameOf(at.data.current as Target | undefined)) : t.notMoved),
            onDragCancel: () => t.notMoved,
          },
        }}
        onDragStart={({ active }) => setCarried((active.data.current as Carried | undefined) ?? null)}
        onDragMove={(event) => {
          const next = over(event);
          const last = drop.get();
          if (next?.over !== last?.over || next?.after !== last?.after) drop.set(next);
        }}
        onDragEnd={end}
        onDragCancel={() => {
          drop.set(null);
          setCarried(null);
        }}
      >
        {children}
        <DragOverlay dropAnimation={null}>{carried && <div className="ws-carried">{nameOf(carried)}</div>}</DragOverlay>
      </DndContext>
    </DropProvider>
  );
}

function nameOf(what: Carried | Target | undefined): string {
  return what?.title ?? "";
}

/** Where the pointer is; null where the keyboard moves things. */
function pointerOf({ activatorEvent, delta }: DragMoveEvent): { x: number; y: number } | null {
  if (!(activatorEvent instanceof PointerEvent)) return null;
  return { x: activatorEvent.clientX + delta.x, y: activatorEvent.clientY + delta.y };
}

/** What is under the pointer, panels before the section around them; with the keyboard what is nearest. */
const under: CollisionDetection = (args) => {
  const carried = args.active.data.current as Carried | undefined;
  const fitting = args.droppableContainers.filter(
    (each) => carried?.kind === "panel" || (each.data.current as Target | undefined)?.kind === "section",
  );
  const found = args.pointerCoordinates
    ? pointerWithin({ ...args, droppableContainers: fitting })
    : closestCenter({ ...args, droppableContainers: fitting });
  const panel = found.find(({ id }) => String(id).startsWith("panel "));
  return panel ? [panel] : found.slice(0, 1);
};
