/** Sweeps: listed, made, looked at while they run, paused and ended. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ask, askJson, at } from "./client";
import { readAgain, useLive } from "./live";
import type { NewSweep, Sweep, SweepConfigLook, SweepDetail, SweepEdit } from "./types";

/** Values of runs under way are no event of the sweep; they are read again so often. */
const LIVE_MS = 4000;

export interface SweepMade {
  sweep: Sweep;
  warnings: string[];
}

const goesOn = (sweep: Sweep) => sweep.agents_at_work > 0 || (sweep.runs_by_state.running ?? 0) > 0;

/** Reads sweeps of a project again when one of them, or its agents, changed. */
function useSweepEvents(entity: string, project: string, sweep?: string): void {
  const cache = useQueryClient();
  const keys = [
    ["sweeps", entity, project],
    ["sweep", entity, project],
  ];
  useLive(entity, project, {
    onSweep: (event) => {
      if (!sweep || event.sweep === sweep) for (const key of keys) readAgain(cache, key);
    },
    onGap: () => {
      for (const queryKey of keys) void cache.invalidateQueries({ queryKey });
    },
  });
}

export function sweepsQuery(entity: string, project: string) {
  return {
    queryKey: ["sweeps", entity, project] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<Sweep[]>(at("projects", entity, project, "sweeps"), { signal }),
  };
}

export function useSweeps(entity: string, project: string) {
  useSweepEvents(entity, project);
  return useQuery({
    ...sweepsQuery(entity, project),
    refetchInterval: (query) => (query.state.data?.some(goesOn) ? LIVE_MS : false),
  });
}

export function sweepQuery(entity: string, project: string, sweep: string) {
  return {
    queryKey: ["sweep", entity, project, sweep] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<SweepDetail>(at("sweeps", entity, project, sweep), { signal }),
  };
}

/** A sweep with its runs; read again when it changes, and every few seconds while something runs. */
export function useSweep(entity: string, project: string, sweep: string) {
  useSweepEvents(entity, project, sweep);
  return useQuery({
    ...sweepQuery(entity, project, sweep),
    refetchInterval: (query) => (query.state.data && goesOn(query.state.data.sweep) ? LIVE_MS : false),
  });
}

/** What a sweep is called, for as long as somebody asks; null while it is not known. */
export function useNameOfSweep(entity: string | null, project: string | null, sweep: string | null): string | null {
  const found = useQuery({
    ...sweepQuery(entity ?? "", project ?? "", sweep ?? ""),
    enabled: entity !== null && project !== null && sweep !== null,
  });
  return found.data?.sweep.name ?? null;
}

export function useMakeSweep(entity: string, project: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (sweep: NewSweep) =>
      askJson<SweepMade>(at("projects", entity, project, "sweeps"), { method: "POST", body: sweep }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["sweeps", entity, project] }),
  });
}

export function useEditSweep(entity: string, project: string, sweep: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (edit: SweepEdit) =>
      askJson<SweepDetail>(at("sweeps", entity, project, sweep), { method: "PATCH", body: edit }),
    onSuccess: (after) => {
      cache.setQueryData(sweepQuery(entity, project, sweep).queryKey, after);
      return cache.invalidateQueries({ queryKey: ["sweeps", entity, project] });
    },
  });
}

export function useDeleteSweep(entity: string, project: string, sweep: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await ask(at("sweeps", entity, project, sweep), { method: "DELETE" });
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ["sweeps", entity, project] }),
  });
}

const TYPED_MS = 350;

/** What the server makes of a config that is being written, once the writer has paused. */
export function useCheckedConfig(config: string, enabled: boolean) {
  const [settled, setSettled] = useState(config);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(config), TYPED_MS);
    return () => clearTimeout(timer);
  }, [config]);
  return useQuery({
    queryKey: ["sweep-config", settled] as const,
    queryFn: ({ signal }) =>
      askJson<SweepConfigLook>(at("sweep-config", "look"), { method: "POST", body: { config: settled }, signal }),
    enabled: enabled && settled.trim() !== "",
    placeholderData: keepPreviousData,
  });
}
