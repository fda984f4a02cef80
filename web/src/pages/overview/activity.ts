/** Runs counted by day, for the calendar of a project. Pure. */

export const WEEKS = 26;

export interface Day {
  /** Noon of the day, local, in Unix seconds. */
  time: number;
  runs: number;
}

/** The days of the last `WEEKS` weeks up to today, whole weeks from Monday on, each with the runs begun on it. */
export function days(times: readonly number[], now: number): Day[] {
  const counted = new Map<string, number>();
  for (const time of times) counted.set(dayOf(time), (counted.get(dayOf(time)) ?? 0) + 1);
  const today = new Date(now * 1000);
  const weekday = (today.getDay() + 6) % 7;
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - weekday - 7 * (WEEKS - 1), 12);
  const out: Day[] = [];
  for (let place = 0; place <= 7 * (WEEKS - 1) + weekday; place++) {
    const noon = new Date(first.getFullYear(), first.getMonth(), first.getDate() + place, 12);
    const time = noon.getTime() / 1000;
    out.push({ time, runs: counted.get(dayOf(time)) ?? 0 });
  }
  return out;
}

function dayOf(time: number): string {
  const at = new Date(time * 1000);
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
}
