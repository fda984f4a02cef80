/** Sweeps: listed, made, looked at while they run, paused and ended. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at } from "./client";
import type { NewSweep, Sweep, SweepDetail, SweepEdit } from "./types";

const LIVE_MS = 4000;

export interface SweepMade {
  sweep: Sweep;
  warnings: string[];
}

const goesOn = (sweep: Sweep) => sweep.state === "RUNNING" || sweep.state === "PENDING" || sweep.runs_by_state.running;

export function sweepsQuery(entity: string, project: string) {
  return {
    queryKey: ["sweeps", entity, project] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<Sweep[]>(at("projects", entity, project, "sweeps"), { signal }),
  };
}

export function useSweeps(entity: string, project: string) {
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

/** A sweep with its runs; read again every few seconds for as long as it goes on. */
export function useSweep(entity: string, project: string, sweep: string) {
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
