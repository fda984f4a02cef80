import { asNumber, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { delta, same } from "./rows";

export interface ValueProps {
  value: unknown;
  base: unknown;
  isBase: boolean;
  /** The best of its row. */
  isBest: boolean;
  /** What a delta is worth: of results, better and worse are coloured. */
  goal: "more" | "less" | null;
}

/** A value beside the baseline's: marked where it differs, with how far it is from it where both are numbers. */
export function Value({ value, base, isBase, isBest, goal }: ValueProps) {
  const t = useText().compare;
  const differs = !isBase && !same(value, base);
  const text = value === undefined ? "—" : oneLine(value);
  const numeric = asNumber(value) !== null;
  const found = differs && numeric ? delta(value, base) : null;
  const good = found && goal && found.by !== 0 ? found.by > 0 === (goal === "more") : null;
  return (
    <>
      {isBest && (
        <span className="cp-best" role="img" aria-label={t.best} title={t.best}>
          ★
        </span>
      )}
      <span
        className={`cut grow${numeric ? " num" : ""}${value === undefined ? " t3" : ""}${differs ? " unlike" : ""}`}
        title={text}
      >
        {text}
      </span>
      {found && (
        <span className={`cp-delta num${good === null ? "" : good ? " better" : " worse"}`}>
          {found.by > 0 ? "+" : ""}
          {found.share !== null && Math.abs(found.share) < 10
            ? `${number(found.share * 100, 2)}%`
            : number(found.by, 3)}
        </span>
      )}
    </>
  );
}
