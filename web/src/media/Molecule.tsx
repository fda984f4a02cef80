/** A molecule one can turn, as sticks, balls, spheres, a surface of its chains, or lines. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ask } from "@/api/client";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { Segmented, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { formatOf, MOLECULE_STYLES, type MoleculeStyle, styleOf } from "./molecule";

const MOST_BYTES = 30_000_000;

export default function Molecule({ path, address, label }: { path: string; address: string; label: string }) {
  const t = useText().media;
  const format = formatOf(path);
  const loaded = useQuery({
    queryKey: ["molecule", address] as const,
    queryFn: async ({ signal }) => {
      const [answer, library] = await Promise.all([ask(address, { signal, accept: "*/*" }), import("3dmol")]);
      const bytes = await answer.arrayBuffer();
      if (bytes.byteLength > MOST_BYTES) return null;
      return { library, content: format === "mmtf" ? bytes : new TextDecoder().decode(bytes) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    enabled: format !== null,
    retry: false,
  });
  const host = useRef<HTMLDivElement>(null);
  const viewer = useRef<ReturnType<typeof import("3dmol")["createViewer"]> | null>(null);
  const theme = useTheme();
  const [style, setStyle] = useState<MoleculeStyle | null>(null);
  const [spin, setSpin] = useState(false);
  const [failed, setFailed] = useState(false);
  const { data } = loaded;
  useEffect(() => {
    const element = host.current;
    if (!element || !data || !format) return;
    try {
      const made = data.library.createViewer(element, { antialias: true });
      viewer.current = made;
      const model = made.addModel(data.content as string, format);
      const atoms = model.selectedAtoms({}) as { resn?: string; atom?: string }[];
      setStyle((old) => old ?? (atoms.some((atom) => atom.atom === "CA" && atom.resn) ? "cartoon" : "sticks"));
      made.zoomTo();
      made.render();
    } catch {
      // no WebGL here, or a file that is not what its name says
      setFailed(true);
    }
    const watch = new ResizeObserver(() => viewer.current?.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      viewer.current?.clear();
      viewer.current = null;
      element.replaceChildren();
    };
  }, [data, format]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the theme changes.
  useEffect(() => {
    const made = viewer.current;
    if (!made || !style) return;
    made.setBackgroundColor(inkOf("--card"), 1);
    made.setStyle({}, styleOf(style));
    made.spin(spin ? "y" : false);
    made.render();
  }, [style, spin, theme, data]);
  if (format === null || failed || loaded.data === null || loaded.isError)
    return <FileCard path={path} address={address} why={failed ? t.noWebgl : t.moleculeOther} />;
  if (loaded.isPending) return <div className="md-wait" />;
  return (
    <div className="md-molecule">
      <div ref={host} role="img" aria-label={label || path.split("/").at(-1)} />
      <div className="md-molecule-bar">
        <Segmented
          label={t.moleculeStyle}
          value={style ?? "sticks"}
          options={MOLECULE_STYLES.map((id) => ({ id, name: t.moleculeStyles[id] }))}
          onChange={setStyle}
        />
        <span>
          <Toggle label={t.spin} checked={spin} onChange={setSpin} /> <span aria-hidden="true">{t.spin}</span>
        </span>
      </div>
    </div>
  );
}
