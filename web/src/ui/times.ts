/** Times as people read them. The server speaks Unix seconds. */
import { useSyncExternalStore } from "react";
import { language, locale } from "./text";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const UNITS: Record<"en" | "zh", [string, string, string, string]> = {
  en: ["d", "h", "m", "s"],
  zh: ["天", "小时", "分", "秒"],
};

/** A span in its two largest units: 42s, 3m 05s, 16h 48m, 4d 02h. */
export function duration(seconds: number): string {
  const [d, h, m, s] = UNITS[language()];
  const gap = language() === "zh" ? "" : " ";
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const whole = Math.max(0, seconds);
  if (whole < 1 && whole > 0) return `${Math.round(whole * 1000)}${language() === "zh" ? "毫秒" : "ms"}`;
  if (whole < MINUTE) return `${Math.floor(whole)}${s}`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}${m}${gap}${two(whole % MINUTE)}${s}`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)}${h}${gap}${two((whole % HOUR) / MINUTE)}${m}`;
  return `${Math.floor(whole / DAY)}${d}${gap}${two((whole % DAY) / HOUR)}${h}`;
}

/** How long ago, in one unit: now, 12 s ago, 5 min ago, yesterday. */
export function ago(time: number, now = Date.now() / 1000): string {
  const past = now - time;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" });
  if (past < 5 && past > -5) return language() === "zh" ? "刚刚" : "just now";
  if (past < MINUTE) return format.format(-Math.round(past), "second");
  if (past < HOUR) return format.format(-Math.round(past / MINUTE), "minute");
  if (past < DAY) return format.format(-Math.round(past / HOUR), "hour");
  if (past < 30 * DAY) return format.format(-Math.round(past / DAY), "day");
  return date(time);
}

/** Day and time of day, local. */
export function moment(time: number): string {
  return new Intl.DateTimeFormat(locale(), {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(time * 1000);
}

export function date(time: number): string {
  return new Intl.DateTimeFormat(locale(), { year: "numeric", month: "short", day: "numeric" }).format(time * 1000);
}

/** Time of day with seconds, for log lines: 23:41:07. */
export function clock(time: number): string {
  const at = new Date(time * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const tickers = new Set<() => void>();
let tick = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  tickers.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    tick = Date.now();
    for (const each of tickers) each();
  }, 5000);
  return () => {
    tickers.delete(listener);
    if (tickers.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** Now in Unix seconds, moving on every five seconds for as long as something on the page shows it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => tick) / 1000;
}
