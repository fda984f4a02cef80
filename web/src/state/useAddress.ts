import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { over, relativeTo } from "./saved";
import type { SearchParams } from "./view";

export interface ChangeOptions {
  /** A step of its own for Back. */
  push?: boolean;
}

const SETTLE_MS = 180;
const NOTHING: SearchParams = {};

/**
 * A part of the page's state that lives in the address bar: seen at once, written when it has come to rest, and read
 * anew when the address changes by itself (Back, a link). `base` is what a saved view says; the address says what is
 * otherwise.
 */
export function useAddress<T extends object>(
  read: (params: SearchParams) => T,
  write: (value: T) => Record<string, string | undefined>,
  base: SearchParams = NOTHING,
): [T, (change: Partial<T> | ((old: T) => Partial<T>), options?: ChangeOptions) => void] {
  const params = over(base, useSearch({ strict: false }) as SearchParams);
  const navigate = useNavigate();
  const [value, setValue] = useState<T>(() => read(params));
  const latest = useRef(value);
  const written = useRef(signature(write(value)));
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const under = useRef(base);
  under.current = base;
  const mine = signature(pick(params, Object.keys(write(value))));
  useEffect(() => {
    if (timer.current || mine === written.current) return;
    written.current = mine;
    latest.current = read(params);
    setValue(latest.current);
  });
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
  const change = useCallback(
    (what: Partial<T> | ((old: T) => Partial<T>), options: ChangeOptions = {}) => {
      const part = typeof what === "function" ? what(latest.current) : what;
      latest.current = { ...latest.current, ...part };
      setValue(latest.current);
      if (timer.current) clearTimeout(timer.current);
      const settle = () => {
        timer.current = null;
        const next = write(latest.current);
        if (signature(next) === written.current) return;
        written.current = signature(next);
        const said = relativeTo(under.current, next);
        void navigate({
          to: ".",
          search: ((old: SearchParams) => ({ ...old, ...said })) as never,
          replace: !options.push,
        });
      };
      if (options.push) settle();
      else timer.current = setTimeout(settle, SETTLE_MS);
    },
    [navigate, write],
  );
  return [value, change];
}

function pick(params: SearchParams, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, params[name]]));
}

function signature(params: Record<string, string | undefined>): string {
  return JSON.stringify(
    Object.entries(params)
      .filter(([, value]) => value !== undefined && value !== "")
      .sort(),
  );
}
