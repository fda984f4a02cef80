/** One line of the terminal: number, time, stream, and what was printed. */
import { memo, useMemo } from "react";
import type { ConsoleLine } from "@/api/types";
import { count } from "@/ui/numbers";
import { clock, moment } from "@/ui/times";
import { pieces } from "./ansi";
import { elapsed } from "./go-to";
import { MarkedPieces, Pieces } from "./Pieces";

export type Times = "clock" | "elapsed" | "off";

export interface LineProps {
  number: number;
  /** Undefined while it is on its way. */
  line: ConsoleLine | undefined;
  wanted: RegExp | null;
  /** The hit one stands on. */
  current: boolean;
  /** The address names it. */
  marked: boolean;
  /** The run was here at the step one looks at. */
  atCursor: boolean;
  times: Times;
  began: number;
  title: string;
  onMark: (number: number) => void;
}

export const Line = memo(function Line(props: LineProps) {
  const { number, line, wanted, current, marked, atCursor, times, began, title, onMark } = props;
  const parts = useMemo(() => (line ? pieces(line.text) : []), [line]);
  const names = ["logs-line", marked && "at", atCursor && "cursor", line?.level === "error" && "err"];
  return (
    <div className={names.filter(Boolean).join(" ")} aria-current={marked || undefined}>
      <button type="button" className="logs-number" tabIndex={-1} title={title} onClick={() => onMark(number)}>
        {count(number + 1)}
      </button>
      <span className="logs-time" title={line && moment(line.time)}>
        {!line || times === "off" ? "" : times === "clock" ? clock(line.time) : elapsed(line.time - began)}
      </span>
      <span className="logs-stream">{line ? (line.stream === "stderr" ? "err" : "out") : ""}</span>
      <span className="logs-text term-text">
        {line?.label && <span className="logs-label">{line.label}</span>}
        {!line ? (
          <i className="logs-waiting" />
        ) : wanted ? (
          <MarkedPieces
            pieces={parts}
            text={parts.map((part) => part.text).join("")}
            wanted={wanted}
            current={current}
          />
        ) : (
          <Pieces pieces={parts} />
        )}
      </span>
    </div>
  );
});
