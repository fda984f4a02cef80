import { SHADES, shadeToken } from "@/theme/colours";
import { number } from "@/ui/numbers";

export interface ShadeKeyProps {
  /** Where the bar begins, from the left. */
  x: number;
  top: number;
  /** How much room there is; the bar takes no more than it needs. */
  tall: number;
  low: number;
  high: number;
}

const WIDTH = 8;
const MOST = 130;

/** How high the bar of a key is, for what stands below it. */
export function shadeKeyHeight(tall: number): number {
  return Math.min(tall, MOST);
}

/** What the shades of a chart mean: a bar of them between the least and the greatest value. */
export function ShadeKey({ x, top, tall, low, high }: ShadeKeyProps) {
  const height = shadeKeyHeight(tall);
  return (
    <>
      {Array.from({ length: SHADES }, (_, at) => {
        const token = shadeToken(at / (SHADES - 1));
        return (
          <rect
            key={token}
            x={x}
            y={top + ((SHADES - 1 - at) * height) / SHADES}
            width={WIDTH}
            height={height / SHADES}
            style={{ fill: `var(${token})` }}
          />
        );
      })}
      <text className="tick" x={x + WIDTH + 4} y={top + 9}>
        {number(high, 3)}
      </text>
      <text className="tick" x={x + WIDTH + 4} y={top + height}>
        {number(low, 3)}
      </text>
    </>
  );
}
