/** What is told of a mark that is pointed at, or stepped to by the keyboard. Read out as it changes. */
import type { ReactNode } from "react";

export interface TipProps {
  /** Where the mark is in the box that the tip stands in, whose size is given. */
  x: number;
  y: number;
  width: number;
  height: number;
  name: string;
  token: string;
  rows: readonly (readonly [label: string, value: ReactNode])[];
}

export function Tip({ x, y, width, height, name, token, rows }: TipProps) {
  const place = {
    ...(x > width / 2 ? { right: width - x + 10 } : { left: x + 10 }),
    ...(y > height / 2 ? { bottom: height - y + 6 } : { top: y + 6 }),
  };
  return (
    <div className="kd-tip" role="status" style={place}>
      <b>
        <i style={{ background: `var(${token})` }} />
        <span className="cut">{name}</span>
      </b>
      {rows.map(([label, value]) => (
        <span key={label}>
          <span className="cut">{label}</span>
          <b className="num">{value}</b>
        </span>
      ))}
    </div>
  );
}
