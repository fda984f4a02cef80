/** Where in the logs somebody wants to go, as typed. Pure. */

export type Goal =
  | { kind: "line"; line: number }
  | { kind: "step"; step: number }
  /** Unix seconds. */
  | { kind: "time"; time: number };

/**
 * `1,200` and `line 1200` are a line, `step 500` and `s500` a step, `23:41`, `23:41:07` and `2026-11-26 23:41` a local
 * time, `+1h20m` and `+90s` a time after the run began. A time of day is the first one after the beginning. Null for
 * everything else.
 */
export function goalOf(text: string, began: number): Goal | null {
  const typed = text.trim().toLowerCase();
  const number = /^(line|l|第)?\s*#?([\d,_ ]+)\s*行?$/.exec(typed);
  if (number?.[2] && /\d/.test(number[2])) {
    const line = Number(number[2].replaceAll(/[,_ ]/g, ""));
    return line >= 1 ? { kind: "line", line: line - 1 } : null;
  }
  const step = /^(?:step|s|步|步数)\s*([\d,_ ]+)$/.exec(typed);
  if (step?.[1]) return { kind: "step", step: Number(step[1].replaceAll(/[,_ ]/g, "")) };
  const after = /^\+\s*(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+)\s*s)?$/.exec(typed);
  if (after?.slice(1).some(Boolean)) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = after.slice(1).map((part) => Number(part ?? 0));
    return { kind: "time", time: began + ((days * 24 + hours) * 60 + minutes) * 60 + seconds };
  }
  const clock = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})[ t]+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(typed);
  if (!clock) return null;
  const [hours, minutes, seconds] = [Number(clock[4]), Number(clock[5]), Number(clock[6] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const at = new Date(began * 1000);
  if (clock[1]) at.setFullYear(Number(clock[1]), Number(clock[2]) - 1, Number(clock[3]));
  at.setHours(hours, minutes, seconds, 0);
  if (!clock[1] && at.getTime() / 1000 < began - 60) at.setDate(at.getDate() + 1);
  return { kind: "time", time: at.getTime() / 1000 };
}

/** A span as a clock that began at nought: 0:00:07, 14:06:12. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
