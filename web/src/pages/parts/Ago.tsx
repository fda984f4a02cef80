/** A time as "5 min ago" that keeps itself true, with the exact moment on hover. */
import { ago, moment, useNow } from "@/ui/times";

export function Ago({ time }: { time: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(time * 1000).toISOString()} title={moment(time)}>
      {ago(time, Math.max(now, Date.now() / 1000))}
    </time>
  );
}
