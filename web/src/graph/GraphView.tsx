/** A graph that is dragged, zoomed, searched and walked through by keys, with a small map of all of it. */
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button, IconButton, Search } from "@/ui";
import { type Finding, found } from "@/ui/finding";
import { useText } from "@/ui/text";
import { type Box, type Drawing, neighbour, type Rect } from "./drawing";
import { MiniMap } from "./MiniMap";
import { centred, fitted, usePanZoom } from "./pan-zoom";
import { Sheet } from "./Sheet";
import "./graph.css";

export interface GraphViewProps {
  drawing: Drawing;
  label: string;
  chosen: string | null;
  onChoose: (id: string | null) => void;
  /** Opens a box that stands for several, or folds a frame; not given where nothing folds. */
  onFold?: ((id: string) => void) | undefined;
  findings: readonly Finding[];
  /** Opens whatever something is folded in. */
  onReveal: (id: string) => void;
  /** What one asked about: it stands in the middle where not all fits. */
  root?: string | undefined;
  /** Said under the drawing. */
  note?: string | undefined;
  /** More buttons for its bar. */
  tools?: ReactNode;
  /** What is said of the chosen box. */
  card?: ReactNode;
}

/** Smaller than that nobody reads the names. */
const LEAST = 0.5;
const STEP = 60;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function GraphView(props: GraphViewProps) {
  const { drawing, label, chosen, onChoose, onFold, findings, onReveal, root, note, tools, card } = props;
  const t = useText().graphs;
  const at = useMemo(() => new Map<string, Box>(drawing.boxes.map((box) => [box.id, box])), [drawing]);
  const { host, pose, place, handlers, zoomBy, moveBy, setPose, reset } = usePanZoom((room) => {
    const whole = fitted(drawing, room, LEAST);
    const middle = root === undefined ? undefined : at.get(root);
    if (!middle || room.width === 0) return whole;
    const own = centred(middle, room, whole.zoom);
    return {
      zoom: whole.zoom,
      x: drawing.width * whole.zoom <= room.width ? whole.x : own.x,
      y: drawing.height * whole.zoom <= room.height ? whole.y : own.y,
    };
  }, root ?? "");
  // what is opened or folded stays where it is on the screen; or else what one asked about
  const kept = useRef<{ drawing: Drawing; folded: string | null }>({ drawing, folded: null });
  useLayoutEffect(() => {
    const { drawing: old, folded } = kept.current;
    if (old === drawing) return;
    const id = root ?? folded;
    kept.current = { drawing, folded: null };
    const [before, after] = id === null ? [] : [rectOf(old, id), rectOf(drawing, id)];
    if (!before || !after) return;
    const x = before.x + before.width / 2 - after.x - after.width / 2;
    moveBy(x * pose.zoom, (before.y - after.y) * pose.zoom);
  });
  const fold = useRef(onFold);
  fold.current = onFold;
  const onFolding = useCallback((id: string) => {
    kept.current.folded = id;
    fold.current?.(id);
  }, []);
  const search = useSearch(findings, drawing);
  const [wanted, setWanted] = useState<string | null>(null);
  const goTo = (rect: Rect) => setPose(centred(rect, place, Math.max(pose.zoom, 0.7)));
  // what was looked for may have to be opened first; it is shown once it is drawn
  useEffect(() => {
    const box = wanted === null ? undefined : at.get(drawing.holds.get(wanted) ?? wanted);
    if (!box) return;
    goTo(box);
    setWanted(null);
  });
  const step = (by: number) => {
    const hit = search.step(by);
    if (!hit) return;
    onReveal(hit);
    setWanted(hit);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const arrow = ARROWS[event.key];
    const id = (event.target as HTMLElement).dataset.box;
    const from = id === undefined ? undefined : at.get(id);
    if (arrow && from) {
      const next = neighbour(drawing.boxes, from, ...arrow);
      if (next) {
        host.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(next.id)}"]`)?.focus({ preventScroll: true });
        goTo(next);
      }
    } else if (arrow) moveBy(-arrow[0] * STEP, -arrow[1] * STEP);
    else if (event.key === "+" || event.key === "=") zoomBy(1.25);
    else if (event.key === "-") zoomBy(0.8);
    else if (event.key === "0" || event.key === "Home") reset();
    else if (event.key === "Escape" && chosen !== null) onChoose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="graph">
      <div className="graph-bar">
        <Search
          value={search.query}
          onChange={search.setQuery}
          placeholder={t.find}
          className="graph-search"
          onKeyDown={(event) => {
            if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
            else if (event.key === "Escape" && search.query !== "") {
              event.stopPropagation();
              search.setQuery("");
            }
          }}
          after={
            search.query.trim() !== "" && (
              <output className="ui-count num">{t.hits(search.place + 1, search.hits.length)}</output>
            )
          }
        />
        <IconButton icon="up" small label={t.before} disabled={search.hits.length === 0} onClick={() => step(-1)} />
        <IconButton icon="down" small label={t.next} disabled={search.hits.length === 0} onClick={() => step(1)} />
        <span className="grow" />
        {tools}
      </div>
      <div className="graph-row">
        <div
          className={pose.zoom < 0.3 ? "graph-canvas far" : "graph-canvas"}
          ref={host}
          role="group"
          aria-label={label}
          tabIndex={0}
          onKeyDown={onKeyDown}
          {...handlers}
        >
          <div
            className="graph-pose"
            style={{ transform: `translate(${pose.x}px, ${pose.y}px) scale(${pose.zoom})` }}
            data-zoom={pose.zoom.toFixed(3)}
          >
            <Sheet
              drawing={drawing}
              root={root}
              chosen={chosen}
              hits={search.boxes}
              current={search.current}
              onChoose={onChoose}
              onFold={onFold && onFolding}
            />
          </div>
          {note && <p className="graph-note">{note}</p>}
        </div>
        <MiniMap drawing={drawing} pose={pose} place={place} hits={search.boxes} chosen={chosen} onPose={setPose} />
        <div className="graph-zoom">
          <IconButton icon="plus" bordered label={t.zoomIn} onClick={() => zoomBy(1.25)} />
          <IconButton icon="minus" bordered label={t.zoomOut} onClick={() => zoomBy(0.8)} />
          <Button onClick={reset}>{t.fit}</Button>
        </div>
        {card}
      </div>
    </div>
  );
}

function rectOf({ boxes, frames }: Drawing, id: string): Rect | undefined {
  return boxes.find((box) => box.id === id) ?? frames.find((frame) => frame.id === id);
}

const NONE: ReadonlySet<string> = new Set();

function useSearch(findings: readonly Finding[], drawing: Drawing) {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(-1);
  const hits = useMemo(() => found(findings, query), [findings, query]);
  const boxes = useMemo(
    () => (hits.length === 0 ? NONE : new Set(hits.map((id) => drawing.holds.get(id) ?? id))),
    [hits, drawing],
  );
  const hit = hits[place];
  return {
    query,
    hits,
    place,
    /** The boxes that hits stand in. */
    boxes,
    current: hit === undefined ? null : (drawing.holds.get(hit) ?? hit),
    setQuery: (next: string) => {
      setQuery(next);
      setPlace(-1);
    },
    /** The next hit, or the one before. */
    step: (by: number): string | null => {
      if (hits.length === 0) return null;
      const next = place < 0 ? (by > 0 ? 0 : hits.length - 1) : (place + by + hits.length) % hits.length;
      setPlace(next);
      return hits[next] ?? null;
    },
  };
}
