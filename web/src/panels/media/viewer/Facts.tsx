/** What is known of one picture, and the boxes drawn over it. */
import { Link } from "@tanstack/react-router";
import { classToken, type OverlayLook } from "@/media/overlay";
import { whole } from "@/plot/ticks";
import { RunDot } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Shown } from "../PicturePanel";
import { usePixels } from "./usePixels";

const MOST_BOXES = 200;

export function Facts({ shown, look }: { shown: Shown; look: OverlayLook }) {
  const t = useText().pictures;
  const { item, run, step } = shown;
  const { pixels, boxes } = usePixels(shown, look);
  return (
    <section>
      <h3 className="cut">
        <RunDot run={run} size={8} /> {item.caption || item.path.split("/").at(-1)}
      </h3>
      <dl className="pv-facts">
        <dt>{t.run}</dt>
        <dd>
          <Link
            className="ui-link"
            to="/$entity/$project/runs/$run"
            params={{ entity: run.entity, project: run.project, run: run.id }}
          >
            {run.name}
          </Link>
        </dd>
        <dt>{t.step}</dt>
        <dd className="num">{whole(step)}</dd>
        <dt>{t.pixels}</dt>
        <dd className="num">{pixels ? `${pixels.width} × ${pixels.height}` : "–"}</dd>
        <dt>{t.file}</dt>
        <dd className="num">
          <span className="cut" title={item.path}>
            {item.path.split("/").at(-1)}
          </span>
          {pixels && <span className="t3"> {bytes(pixels.sizeBytes)}</span>}
        </dd>
      </dl>
      {Object.keys(item.boxes).length > 0 && (
        <>
          <h4>
            {t.boxList} <span className="t3 num">{boxes.length}</span>
          </h4>
          {boxes.length === 0 && <p className="t3">{t.noBoxes}</p>}
          <ul className="pv-boxes" aria-label={t.boxList} tabIndex={0}>
            {boxes.slice(0, MOST_BOXES).map(({ name, value }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: boxes of a file do not move.
              <li key={place}>
                <i style={{ borderColor: `var(${classToken(value.classId)})` }} />
                <span className="cut" title={`${name}: ${value.caption}`}>
                  {value.label} <span className="t3">{name}</span>
                </span>
                <span className="num t3">
                  {Object.entries(value.scores)
                    .map(([score, each]) => `${score} ${each.toFixed(2)}`)
                    .join(" · ")}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
