/** A Plotly figure: its plain kinds are drawn by our own plots, the rest is a file. */
import { useMemo } from "react";
import { FigureView } from "@/charts/FigureView";
import { plotlyFigure } from "@/charts/plotly";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { useJsonFile } from "./source";

export default function Plotly({
  path,
  address,
  large,
}: {
  path: string;
  address: string;
  large?: boolean | undefined;
}) {
  const t = useText().media;
  const file = useJsonFile(address);
  const figure = useMemo(() => (file.data ? plotlyFigure(file.data) : null), [file.data]);
  if (file.isPending) return <div className="md-wait" />;
  if (!figure) return <FileCard path={path} address={address} why={t.plotlyOther} />;
  return (
    <div className={large ? "md-figure large" : "md-figure"}>
      {figure.title && <b className="cut">{figure.title}</b>}
      <FigureView figure={figure} />
    </div>
  );
}
