/** Histograms of a key at a step: bars of one run, outlines of several. */
import { HistogramPlot } from "@/media/Histogram";
import { histogramOf } from "@/media/value";
import { runColour } from "@/theme/colours";
import { useText } from "@/ui/text";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { useMedia } from "./useMedia";
import { useSize } from "./useSize";

const MOST_RUNS = 12;

export function HistogramPanel({ spec, large }: MediaPanelProps) {
  const t = useText().media;
  const media = useMedia(spec, MOST_RUNS);
  const [host, width, height] = useSize();
  const layers = media.having.slice(0, MOST_RUNS).flatMap((each) => {
    const bins = histogramOf(media.valueOf(each));
    return bins ? [{ id: each.run.id, name: each.run.name, colour: runColour(each.run.number), bins }] : [];
  });
  return (
    <MediaFrame spec={spec} large={large} media={media}>
      {layers.length > 1 && (
        <div className="pn-legend">
          {layers.slice(0, 4).map((layer) => (
            <span key={layer.id}>
              <i style={{ background: layer.colour }} />
              <span className="cut">{layer.name}</span>
            </span>
          ))}
          {layers.length > 4 && <span className="more">+{layers.length - 4}</span>}
        </div>
      )}
      <div className="pn-plot" ref={host}>
        {layers.length === 0 ? (
          <div className="pn-note">
            <b>{t.noItem}</b>
          </div>
        ) : (
          width > 0 && <HistogramPlot layers={layers} width={width} height={height} />
        )}
      </div>
    </MediaFrame>
  );
}
