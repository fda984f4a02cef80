/** Molecules in three dimensions. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { ask } from "@/api/client";
import { bytes as sizeOf } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FileCard } from "../Item";
import { formatOf, MOLECULE_ENDS } from "./atoms";
import { MoleculeView } from "./MoleculeView";
import { MoleculeModel } from "./molecule-model";
import { framesOf } from "./read";

const MOST_BYTES = 60_000_000;
/** More would be too slow to turn, and too small to tell apart. */
const MOST_ATOMS = 400_000;

export interface MoleculeProps {
  path: string;
  address: string;
  label: string;
  large?: boolean | undefined;
}

export default function Molecule({ path, address, label, large }: MoleculeProps) {
  const t = useText().molecules;
  const format = formatOf(path);
  const file = useQuery({
    queryKey: ["molecule", address] as const,
    queryFn: async ({ signal }) => {
      const [answer, library] = await Promise.all([ask(address, { signal, accept: "*/*" }), import("3dmol")]);
      const bytes = await answer.arrayBuffer();
      if (bytes.byteLength > MOST_BYTES) throw new NotDrawn(t.tooLarge(sizeOf(bytes.byteLength)));
      const frames = read(() => framesOf(library, bytes, format!), t.broken);
      if (frames.length === 0) throw new NotDrawn(t.broken);
      const atoms = frames.reduce((sum, frame) => sum + frame.length, 0);
      if (atoms > MOST_ATOMS) throw new NotDrawn(t.tooMany(atoms.toLocaleString("en-US")));
      return { frames, library };
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    enabled: format !== null,
    retry: false,
  });
  const { data } = file;
  const model = useMemo(() => data && new MoleculeModel(data.frames, data.library), [data]);
  useEffect(() => () => model?.dispose(), [model]);
  const name = path.split("/").at(-1) ?? path;
  if (format === null) return <FileCard path={path} address={address} why={t.other(MOLECULE_ENDS.join(", "))} />;
  if (file.isError)
    return (
      <FileCard path={path} address={address} why={file.error instanceof NotDrawn ? file.error.message : t.unread} />
    );
  if (!model) return <div className="md-wait" />;
  return <MoleculeView key={address} {...{ model, format, name, address, label, large }} />;
}

/** Says why in the words of the page. */
class NotDrawn extends Error {}

function read<T>(act: () => T, why: string): T {
  try {
    return act();
  } catch {
    // the readers stumble over files that are not what their names say
    throw new NotDrawn(why);
  }
}
