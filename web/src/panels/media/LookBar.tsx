/** What a panel of pictures lets one choose: how they lie, how large they are, which steps, what is drawn over them. */
import { OverlayControls } from "@/media/OverlayControls";
import type { LayerFile } from "@/media/summary";
import { IconButton, Popover, Slider, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { ARRANGES, type MediaLook, TILE } from "./look";

export interface LookBarProps {
  look: MediaLook;
  onChange: (patch: Partial<MediaLook>) => void;
  /** Of the layers of the pictures; null where they have none. */
  files: readonly LayerFile[] | null;
  rows: boolean;
}

export function LookBar({ look, onChange, files }: LookBarProps) {
  const t = useText().pictures;
  const least = TILE.least - 8;
  return (
    <>
      {files && (
        <Popover
          align="end"
          side="top"
          width={280}
          label={t.overlays}
          trigger={
            <IconButton
              icon="layers"
              small
              label={t.overlays}
              on={JSON.stringify(look.overlay.off) !== "[]" || Object.keys(look.overlay.scores).length > 0}
            />
          }
        >
          <OverlayControls files={files} look={look.overlay} onChange={(overlay) => onChange({ overlay })} />
        </Popover>
      )}
      <Popover
        align="end"
        side="top"
        width={280}
        label={t.layout}
        trigger={<IconButton icon="grid" small label={t.layout} />}
      >
        <div className="ov">
          <div className="ov-choices" role="radiogroup" aria-label={t.layout}>
            {ARRANGES.map((arrange) => (
              <label key={arrange}>
                <input
                  type="radio"
                  name="arrange"
                  checked={look.arrange === arrange}
                  onChange={() => onChange({ arrange })}
                />
                {t.arranges[arrange]}
              </label>
            ))}
          </div>
          <div className="ov-row">
            <span>{t.size}</span>
            <Slider
              label={t.size}
              value={look.tile || least}
              min={least}
              max={TILE.most}
              step={8}
              onChange={(tile) => onChange({ tile: tile <= least ? 0 : tile })}
            />
            <b className="num">{look.tile ? `${look.tile} px` : t.auto}</b>
          </div>
          <div className="ov-row">
            <span>{t.stride}</span>
            <Slider label={t.stride} value={look.stride} min={1} max={20} onChange={(stride) => onChange({ stride })} />
            <b className="num">{t.strideOf(look.stride)}</b>
          </div>
          <div className="ov-row">
            <span>{t.linked}</span>
            <Toggle label={t.linked} checked={!look.alone} onChange={(on) => onChange({ alone: !on })} />
          </div>
        </div>
      </Popover>
    </>
  );
}
