/** Artifacts: types, collections, versions, their files, where they come from and who used them. */
import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { ask, askJson, at, pathOf, withParams } from "./client";
import { readAgain, useLive } from "./live";
import type {
  ArtifactCollection,
  ArtifactDiff,
  ArtifactEdit,
  ArtifactEntryPage,
  ArtifactPlace,
  ArtifactVersion,
  ArtifactVersionPage,
  Lineage,
  RunArtifacts,
} from "./types";

/** Where a version is; `version` may be an alias such as `latest`. */
export interface VersionAt {
  entity: string;
  project: string;
  collection: string;
  version: string;
}

function collectionAddress(entity: string, project: string, name: string, ...rest: string[]): string {
  return at("artifacts", entity, project, "collections", name, ...rest);
}

function versionAddress({ entity, project, collection, version }: VersionAt, ...rest: string[]): string {
  return collectionAddress(entity, project, collection, "versions", version, ...rest);
}

export function collectionsQuery(entity: string, project: string) {
  return {
    queryKey: ["artifacts", entity, project] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<ArtifactCollection[]>(at("artifacts", entity, project, "collections"), { signal }),
  };
}

export function useCollections(entity: string, project: string) {
  return useQuery(collectionsQuery(entity, project));
}

function versionsKey(entity: string, project: string, name: string) {
  return ["artifacts", entity, project, "versions", name] as const;
}

export function useVersions(entity: string, project: string, name: string) {
  return useInfiniteQuery({
    queryKey: versionsKey(entity, project, name),
    queryFn: ({ signal, pageParam }) =>
      askJson<ArtifactVersionPage>(
        withParams(collectionAddress(entity, project, name, "versions"), { cursor: pageParam }),
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
  });
}

/** All versions, the oldest first; the older ones come page by page. */
export function useAllVersions(entity: string, project: string, name: string): ArtifactVersion[] {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = useVersions(entity, project, name);
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return useMemo(() => (data?.pages.flatMap((page) => page.versions) ?? []).toReversed(), [data]);
}

export function versionQuery(where: VersionAt) {
  return {
    queryKey: ["artifacts", where.entity, where.project, "version", where.collection, where.version] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => askJson<ArtifactVersion>(versionAddress(where), { signal }),
  };
}

/** A version that the list of versions has told of is shown at once. */
export function useVersion(where: VersionAt) {
  const cache = useQueryClient();
  return useQuery({
    ...versionQuery(where),
    placeholderData: () =>
      cache
        .getQueryData<InfiniteData<ArtifactVersionPage>>(versionsKey(where.entity, where.project, where.collection))
        ?.pages.flatMap((page) => page.versions)
        .find((each) => each.version === where.version),
  });
}

const ENTRIES = 1000;

/** All pages of the files so far. */
export function useEntries(where: VersionAt) {
  return useInfiniteQuery({
    queryKey: ["artifacts", where.entity, where.project, "files", where.collection, where.version] as const,
    // the files of the version before stand while one goes through versions
    placeholderData: (old: InfiniteData<ArtifactEntryPage, string | null> | undefined, before) =>
      before?.queryKey.slice(1, 5).join("/") === [where.entity, where.project, "files", where.collection].join("/")
        ? old
        : undefined,
    queryFn: ({ signal, pageParam }) =>
      askJson<ArtifactEntryPage>(withParams(versionAddress(where, "entries"), { cursor: pageParam, limit: ENTRIES }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    staleTime: 5 * 60_000,
  });
}

const FOLDER_PAGES = 20;

/** The paths of the files of a version that begin so. */
export function entriesBelow(where: VersionAt, prefix: string) {
  return {
    queryKey: ["artifacts", where.entity, where.project, "below", where.collection, where.version, prefix] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const paths: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < FOLDER_PAGES; page++) {
        const address = withParams(versionAddress(where, "entries"), { prefix, limit: ENTRIES, cursor });
        const found: ArtifactEntryPage = await askJson<ArtifactEntryPage>(address, { signal });
        paths.push(...found.entries.map(({ path }) => path));
        cursor = found.cursor;
        if (cursor === null) break;
      }
      return paths;
    },
    staleTime: Number.POSITIVE_INFINITY,
  };
}

/** Where the bytes of a file of a version are. */
export function entryAddress(where: VersionAt, path: string): string {
  return `${versionAddress(where, "files")}/${pathOf(path)}`;
}

export function useLineage(where: VersionAt, depth: number) {
  return useQuery({
    queryKey: ["artifacts", where.entity, where.project, "lineage", where.collection, where.version, depth] as const,
    queryFn: ({ signal }) => askJson<Lineage>(withParams(versionAddress(where, "lineage"), { depth }), { signal }),
    placeholderData: (old) => old,
  });
}

/** What a version has otherwise than another of its collection. */
export function useDiff(where: VersionAt, before: string | null) {
  return useQuery({
    queryKey: [
      "artifacts",
      where.entity,
      where.project,
      "diff",
      where.collection,
      where.version,
      before ?? "",
    ] as const,
    queryFn: ({ signal }) => askJson<ArtifactDiff>(withParams(versionAddress(where, "diff"), { before }), { signal }),
    enabled: before !== null,
    placeholderData: (old) => old,
  });
}

export function useRunArtifacts(entity: string, project: string, run: string) {
  return useQuery({
    queryKey: ["run-artifacts", entity, project, run] as const,
    queryFn: ({ signal }) => askJson<RunArtifacts>(at("runs", entity, project, run, "artifacts"), { signal }),
  });
}

/** Reads what is shown of a project's artifacts again when one of them has something new. */
export function useLiveArtifacts(entity: string, project: string): void {
  const cache = useQueryClient();
  const keys = [
    ["artifacts", entity, project],
    ["run-artifacts", entity, project],
  ];
  useLive(entity, project, {
    onArtifact: () => {
      for (const key of keys) readAgain(cache, key);
    },
    onGap: () => {
      for (const queryKey of keys) void cache.invalidateQueries({ queryKey });
    },
  });
}

/** What an address such as `wandb-client-artifact://…` in a logged value means. */
export function placeQuery(entity: string, project: string, address: string) {
  return {
    queryKey: ["artifact-place", entity, project, address] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<ArtifactPlace>(withParams(at("artifacts", entity, project, "place"), { uri: address }), {
        signal,
        stay: true,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  };
}

export function useEditVersion(where: VersionAt) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (edit: ArtifactEdit) =>
      askJson<ArtifactVersion>(versionAddress(where), { method: "PATCH", body: edit }),
    onSuccess: (after) => {
      cache.setQueryData(versionQuery(where).queryKey, after);
      // an alias that comes here leaves another version
      return cache.invalidateQueries({ queryKey: ["artifacts", where.entity, where.project] });
    },
  });
}

/** Deletes a version with its aliases. Whoever shows it goes elsewhere first, and then forgets what was read. */
export function useDeleteVersion(where: VersionAt) {
  return useMutation({
    mutationFn: async () => {
      await ask(withParams(versionAddress(where), { delete_aliases: "true" }), { method: "DELETE" });
    },
  });
}
