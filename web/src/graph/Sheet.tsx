/** All of a graph, drawn once: it is moved and zoomed as a whole. */
import { memo, useMemo } from "react";
import { Icon, StateMark } from "@/ui";
import { useText } from "@/ui/text";
import { type Box, type Drawing, strokesOf } from "./drawing";

export interface SheetProps {
  drawing: Drawing;
  root: string | undefined;
  chosen: string | null;
  hits: ReadonlySet<string>;
  /** The box with the hit one is at. */
  current: string | null;
  onChoose: (id: string | null) => void;
  onFold: ((id: string) => void) | undefined;
}

export const Sheet = memo(function Sheet(props: SheetProps) {
  const { drawing, root, chosen, hits, current, onChoose, onFold } = props;
  const t = useText().graphs;
  const [far, near] = useMemo(() => [strokesOf(drawing, false), strokesOf(drawing, true)], [drawing]);
  // one stop for the Tab key; arrows go on from there
  const stop = drawing.boxes.some((box) => box.id === chosen) ? chosen : (root ?? drawing.boxes[0]?.id);
  return (
    <div className="graph-sheet" style={{ width: drawing.width, height: drawing.height }}>
      {drawing.frames.map(({ id, name, x, y, width, height }) => (
        <div
          key={id}
          className={id === chosen ? "graph-frame on" : "graph-frame"}
          style={{ left: x, top: y, width, height }}
        >
          {onFold && (
            <button type="button" className="graph-fold" aria-label={t.foldOne(name)} onClick={() => onFold(id)}>
              <Icon name="down" small />
            </button>
          )}
          <button type="button" className="graph-frame-name cut" tabIndex={-1} onClick={() => onChoose(id)}>
            {name}
          </button>
        </div>
      ))}
      <svg width={drawing.width} height={drawing.height} aria-hidden="true">
        <path className="graph-line" d={far.lines} />
        <path className="graph-head" d={far.heads} />
        <path className="graph-line near" d={near.lines} />
        <path className="graph-head near" d={near.heads} />
      </svg>
      {drawing.boxes.map((box) => (
        <BoxView
          key={box.id}
          box={box}
          look={`${box.id === root ? " root" : ""}${box.id === chosen ? " on" : ""}${hits.has(box.id) ? " hit" : ""}${box.id === current ? " current" : ""}`}
          isRoot={box.id === root}
          isChosen={box.id === chosen}
          stop={box.id === stop}
          onChoose={onChoose}
          onFold={onFold}
        />
      ))}
    </div>
  );
});

interface BoxViewProps extends Pick<SheetProps, "onChoose" | "onFold"> {
  box: Box;
  look: string;
  isRoot: boolean;
  isChosen: boolean;
  stop: boolean;
}

const BoxView = memo(function BoxView({ box, look, isRoot, isChosen, stop, onChoose, onFold }: BoxViewProps) {
  const t = useText().graphs;
  const { id, x, y, width, height, name, about, title, many, opens, tone, round, icon, state } = box;
  const folds = opens && onFold;
  return (
    <div
      className={`graph-box${many > 1 ? " many" : ""}${round ? " round" : ""}${folds ? " opens" : ""}${look}`}
      style={{
        left: x,
        top: y,
        width,
        height,
        ...(tone === null ? {} : { "--tone": `var(--r${tone})` }),
      }}
    >
      <button
        type="button"
        className="graph-body"
        data-box={id}
        tabIndex={stop ? 0 : -1}
        title={title}
        aria-label={about ? `${title.split("\n")[0]}, ${about}` : title}
        aria-pressed={isChosen}
        aria-current={isRoot ? "true" : undefined}
        onClick={() => onChoose(isChosen ? null : id)}
        onDoubleClick={folds ? () => onFold(id) : undefined}
        onKeyDown={
          folds
            ? (event) => {
                if (event.key !== " ") return;
                event.preventDefault();
                onFold(id);
              }
            : undefined
        }
      >
        {state ? <StateMark state={state} /> : icon ? <Icon name={icon} /> : null}
        <span>
          <b className="cut">{name}</b>
          <span className="t3 cut">{about}</span>
        </span>
      </button>
      {folds && (
        <button
          type="button"
          className="graph-fold"
          tabIndex={-1}
          aria-label={t.openOne(name)}
          onClick={() => onFold(id)}
        >
          <Icon name="right" small />
        </button>
      )}
    </div>
  );
});
