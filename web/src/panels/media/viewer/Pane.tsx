/** One of the pictures that stand beside one another, with what is under the pointer. */
import { useMemo } from "react";
import { dataOf } from "@/media/bitmap";
import { classToken, type OverlayLook } from "@/media/overlay";
import { whole } from "@/plot/ticks";
import { Icon, IconButton, RunDot } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Shown } from "../PicturePanel";
import { Stage } from "./Stage";
import { difference, type Sizes, type View } from "./stage";
import { type Loaded, pixelAt, useData, usePixels } from "./usePixels";

export interface PaneProps {
  shown: Shown;
  look: OverlayLook;
  view: View;
  onView: (change: (view: View) => View) => void;
  grid: boolean;
  /** The share of the image that is pointed at, in whichever pane. */
  point: { x: number; y: number } | null;
  onPoint: (at: { x: number; y: number } | null) => void;
  onSizes?: (sizes: Sizes) => void;
  onDrop?: (() => void) | undefined;
}

export function Pane(props: PaneProps) {
  const { shown, look, point, onDrop, ...stage } = props;
  const t = useText().pictures;
  const loaded = usePixels(shown, look);
  const label = labelOf(shown);
  return (
    <figure className="pv-pane">
      <figcaption>
        <RunDot run={shown.run} size={8} />
        <b className="cut">{shown.run.name}</b>
        <span className="t3 num">
          {t.step} {whole(shown.step)}
        </span>
        <span className="cut t2">{shown.item.caption}</span>
        {onDrop && <IconButton icon="x" small label={t.drop(shown.run.name)} onClick={onDrop} />}
      </figcaption>
      {loaded.pixels ? (
        <Stage
          {...stage}
          image={{ source: loaded.pixels.bitmap, width: loaded.pixels.width, height: loaded.pixels.height }}
          masks={loaded.inked}
          boxes={loaded.boxes.map(({ value }) => value)}
          look={look}
          label={label}
        />
      ) : (
        <Unread shown={shown} loaded={loaded} />
      )}
      <Readout shown={shown} loaded={loaded} point={point} />
    </figure>
  );
}

/** Two pictures on one stage: the second beyond a line, or how far they are apart. */
export function PairPane(props: PaneProps & { other: Shown; split: number | null }) {
  const { shown, other, split, look, point, onDrop: _, ...stage } = props;
  const t = useText().pictures;
  const [a, b] = [usePixels(shown, look), usePixels(other, look)];
  const [first, second] = [a.pixels, b.pixels];
  const apart = useMemo(() => {
    if (split !== null || !first || !second) return null;
    const { width, height } = first;
    const fitted = new OffscreenCanvas(width, height);
    const pen = fitted.getContext("2d", { willReadFrequently: true })!;
    pen.drawImage(second.bitmap, 0, 0, width, height);
    const found = difference(dataOf(first.bitmap).data, pen.getImageData(0, 0, width, height).data);
    pen.putImageData(new ImageData(found.pixels, width, height), 0, 0);
    return { ...found, source: fitted, width, height };
  }, [first, second, split]);
  const broken = a.failed ? { shown, loaded: a } : { shown: other, loaded: b };
  if (!first || !second)
    return (
      <figure className="pv-pane">
        <Unread {...broken} />
      </figure>
    );
  const image = { source: first.bitmap, width: first.width, height: first.height };
  return (
    <figure className="pv-pane">
      <figcaption>
        {[shown, other].map((each, at) => (
          <span className="pv-of" key={`${each.run.id} ${each.step} ${at === 0 ? "a" : "b"}`}>
            <RunDot run={each.run} size={8} />
            <b className="cut">{each.run.name}</b>
            <span className="t3 num">
              {t.step} {whole(each.step)}
            </span>
          </span>
        ))}
      </figcaption>
      <Stage
        {...stage}
        image={apart ?? image}
        beyond={
          split === null
            ? null
            : { image: { source: second.bitmap, width: second.width, height: second.height }, split }
        }
        masks={apart ? [] : a.inked}
        boxes={apart ? [] : a.boxes.map(({ value }) => value)}
        look={look}
        label={apart ? t.difference : t.swipe}
      />
      <div className="pv-readout num" aria-live="off">
        {apart && <b>{t.differs(`${number(apart.share * 100)} %`, number(apart.mean))}</b>}
        {(first.width !== second.width || first.height !== second.height) && <span>{t.otherSize}</span>}
      </div>
      <Readout shown={shown} loaded={a} point={point} />
      <Readout shown={other} loaded={b} point={point} />
    </figure>
  );
}

export function labelOf({ item, run, step }: Shown): string {
  return `${item.caption || run.name}, ${step}`;
}

function Unread({ shown, loaded }: { shown: Shown; loaded: Loaded }) {
  const t = useText().pictures;
  if (!loaded.failed) return <div className="pv-stage pv-wait" />;
  const missing = (loaded.failed as { status?: number }).status === 404;
  return (
    <div className="pv-stage pv-broken" role="alert">
      <Icon name="warn" />
      <b>{shown.item.path.split("/").at(-1)}</b>
      <span>{missing ? t.missing : t.unreadable}</span>
    </div>
  );
}

function Readout({ shown, loaded, point }: { shown: Shown; loaded: Loaded; point: PaneProps["point"] }) {
  const data = useData(loaded.pixels, point !== null);
  if (!point || !data) return <div className="pv-readout num" />;
  const at = pixelAt(shown, loaded, data, point);
  const [r, g, b, a] = at.rgba;
  return (
    <div className="pv-readout num">
      <i style={{ background: `rgb(${r} ${g} ${b})` }} />
      <span>
        x {at.x} · y {at.y}
      </span>
      <b>
        RGB {r} {g} {b}
        {a < 255 && ` · α ${a}`}
      </b>
      {at.classes.map(({ id, label }) => (
        <span key={`${id} ${label}`} className="pv-of">
          <i style={{ background: `var(${classToken(id)})` }} />
          {label}
        </span>
      ))}
      {at.boxes.slice(0, 4).map((box) => (
        <span key={`${box.x} ${box.y} ${box.caption}`} className="pv-of">
          <i className="box" style={{ borderColor: `var(${classToken(box.classId)})` }} />
          {box.caption}
        </span>
      ))}
    </div>
  );
}
