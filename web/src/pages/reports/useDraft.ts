/** A report while it is written: what one changes is kept on the server a moment later, and nobody's words are lost. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import { editReport, reportKey, reportsKey } from "@/api/reports";
import type { Report } from "@/api/types";
import { errorMessage } from "@/ui/feedback";
import { text } from "@/ui/text";
import { type Part, readDocument, writeDocument } from "./document";

const SETTLE_MS = 900;

export interface Written {
  title: string;
  description: string;
  draft: boolean;
  parts: readonly Part[];
}

export type Saving =
  | { kind: "saved" }
  | { kind: "saving" }
  | { kind: "failed"; said: string }
  /** Somebody else has saved it meanwhile. */
  | { kind: "conflict"; said: string };

export interface Draft {
  value: Written;
  saving: Saving;
  change: (what: Partial<Written> | ((old: Written) => Partial<Written>)) => void;
  save: () => Promise<void>;
  /** After a conflict: what the other wrote, and mine is gone. */
  takeTheirs: () => Promise<void>;
  /** After a conflict: mine counts. */
  keepMine: () => Promise<void>;
}

export function useDraft(entity: string, project: string, report: Report): Draft {
  const cache = useQueryClient();
  const { id } = report.info;
  const [value, setValue] = useState<Written>(() => written(report));
  const [saving, setSaving] = useState<Saving>({ kind: "saved" });
  const latest = useRef(value);
  const kept = useRef({ value, since: report.info.updated_at });
  const spec = useRef(report.spec);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const busy = useRef<Promise<void> | null>(null);

  const send = useCallback(
    async (since: number | null): Promise<void> => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
      const mine = latest.current;
      if (mine === kept.current.value && since !== null) return;
      setSaving({ kind: "saving" });
      try {
        const after = await editReport(entity, project, id, {
          title: mine.title,
          description: mine.description,
          draft: mine.draft,
          spec: writeDocument(mine.parts, spec.current),
          ...(since === null ? {} : { since }),
        });
        kept.current = { value: mine, since: after.info.updated_at };
        cache.setQueryData(reportKey(entity, project, String(id)), after);
        void cache.invalidateQueries({ queryKey: reportsKey(entity, project) });
        setSaving({ kind: latest.current === mine ? "saved" : "saving" });
      } catch (error) {
        const said = errorMessage(error, text().common.errors);
        setSaving(
          isApiError(error) && error.kind === "Conflict" ? { kind: "conflict", said } : { kind: "failed", said },
        );
      }
    },
    [cache, entity, project, id],
  );
  /** One at a time: the next begins from what the one before has brought. */
  const save = useCallback((): Promise<void> => {
    const next = (busy.current ?? Promise.resolve()).then(() => send(kept.current.since));
    busy.current = next;
    return next;
  }, [send]);

  const change = useCallback(
    (what: Partial<Written> | ((old: Written) => Partial<Written>)) => {
      latest.current = { ...latest.current, ...(typeof what === "function" ? what(latest.current) : what) };
      setValue(latest.current);
      setSaving((now) => (now.kind === "conflict" ? now : { kind: "saving" }));
      if (timer.current) clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), SETTLE_MS);
    },
    [save],
  );
  const conflict = saving.kind === "conflict";
  useEffect(() => {
    if (conflict && timer.current) clearTimeout(timer.current);
  });
  // what was typed in the last moment before leaving is sent on the way out
  useEffect(() => {
    const leave = () => {
      if (timer.current) void save();
    };
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [save]);

  const takeTheirs = async () => {
    await cache.invalidateQueries({ queryKey: reportKey(entity, project, String(id)) });
    const theirs = cache.getQueryData<Report>(reportKey(entity, project, String(id)));
    if (!theirs) return;
    spec.current = theirs.spec;
    latest.current = written(theirs);
    kept.current = { value: latest.current, since: theirs.info.updated_at };
    setValue(latest.current);
    setSaving({ kind: "saved" });
  };
  return { value, saving, change, save, takeTheirs, keepMine: () => send(null) };
}

function written({ info, spec }: Report): Written {
  return {
    title: info.title,
    description: info.description ?? "",
    draft: info.draft ?? false,
    parts: readDocument(spec),
  };
}
