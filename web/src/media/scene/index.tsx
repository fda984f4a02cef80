/** Clouds, scenes and shapes in three dimensions. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId } from "react";
import { ask } from "@/api/client";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FileCard } from "../Item";
import { modelOf, sceneKind } from "./load";
import { SceneView } from "./SceneView";

const MOST_BYTES = 300_000_000;

export interface SceneProps {
  path: string;
  address: string;
  alt: string;
  large?: boolean | undefined;
}

export default function Scene({ path, address, alt, large }: SceneProps) {
  const t = useText().scenes;
  const kind = sceneKind(path);
  // a model stands in one view: the same file elsewhere on the page is a model of its own
  const own = useId();
  const file = useQuery({
    queryKey: ["scene", address, own] as const,
    queryFn: async ({ signal }) => {
      const answer = await ask(address, { signal, accept: "*/*" });
      const size = Number(answer.headers.get("content-length") ?? 0);
      if (size > MOST_BYTES) throw new TooLarge(size);
      return modelOf(await answer.arrayBuffer(), kind);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
    enabled: kind !== "",
    retry: false,
  });
  const model = file.data;
  useEffect(() => () => model?.dispose(), [model]);
  const name = path.split("/").at(-1) ?? path;
  if (kind === "") return <FileCard path={path} address={address} why={t.other} />;
  if (file.isPending) return <div className="md-wait" />;
  if (!model) {
    const why = file.error instanceof TooLarge ? t.tooLarge(bytes(file.error.size)) : t.broken(said(file.error));
    return <FileCard path={path} address={address} why={why} />;
  }
  return <SceneView key={address} model={model} name={name} address={address} alt={alt} large={large} />;
}

class TooLarge extends Error {
  constructor(readonly size: number) {
    super(String(size));
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 160) : "";
}
