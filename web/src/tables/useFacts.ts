/** The facts of columns: of a small table at once, of a large one when the page has nothing else to do. */
import { useEffect, useMemo, useState } from "react";
import { whenIdle } from "@/ui/idle";
import type { Column } from "./columns";
import { type Facts, factsInParts, factsOf } from "./facts";
import type { Row } from "./table";

/** Of so many rows all is told before one could see that it is not. */
const AT_ONCE = 5000;

interface Known {
  facts: Map<string, Facts>;
  begun: Map<string, Generator<void, Facts>>;
}

export interface FactsOf {
  /** Null until they are told: those of columns in sight are told soon. */
  told: (column: Column) => Facts | null;
  now: (column: Column) => Facts;
}

export function useFacts(columns: readonly Column[], rows: readonly Row[], seen: readonly Column[]): FactsOf {
  const known = useMemo((): Known => {
    void columns;
    void rows;
    return { facts: new Map(), begun: new Map() };
  }, [columns, rows]);
  const [, setTold] = useState(0);
  const later = rows.length > AT_ONCE;
  useEffect(() => {
    const missing = seen.filter(({ id }) => !known.facts.has(id));
    if (!later || missing.length === 0) return;
    return whenIdle(function* () {
      for (const column of missing) {
        const parts = known.begun.get(column.id) ?? factsInParts(column, rows);
        known.begun.set(column.id, parts);
        known.facts.set(column.id, yield* parts);
        setTold((n) => n + 1);
      }
    });
  }, [known, seen, rows, later]);
  return useMemo(() => {
    const now = (column: Column) => {
      const found = known.facts.get(column.id) ?? factsOf(column, rows);
      known.facts.set(column.id, found);
      return found;
    };
    return { told: later ? (column) => known.facts.get(column.id) ?? null : now, now };
  }, [known, rows, later]);
}
