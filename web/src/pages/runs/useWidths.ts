import { useState } from "react";

/** How wide columns are is one person's own, so it is kept in the browser. */
export function useWidths(
  entity: string,
  project: string,
): [Record<string, number>, (widths: Record<string, number>) => void] {
  const name = `gnomon.widths.${entity}/${project}`;
  const [widths, setWidths] = useState<Record<string, number>>(() => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "{}") as Record<string, number>;
    } catch {
      return {};
    }
  });
  return [
    widths,
    (next) => {
      setWidths(next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // kept for this visit only
      }
    },
  ];
}
