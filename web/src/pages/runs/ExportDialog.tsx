/** The table as it is shown, to copy or to keep. */
import { useState } from "react";
import { Button, copyText, Dialog, errorMessage, Segmented, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { EXPORT_FORMATS, type ExportFormat } from "./save";

export type ExportWhat = "selected" | "runs" | "groups";

export interface ExportAsk {
  format: ExportFormat;
  what: ExportWhat;
  columns: "shown" | "all";
}

export interface ExportDialogProps {
  /** How many there are of each; null where there is no such thing. */
  counts: Readonly<Record<ExportWhat, number | null>>;
  columns: { shown: number; all: number };
  first: ExportWhat;
  /** What was asked for: a text, or a file that is no text. */
  make: (ask: ExportAsk) => Promise<Blob | string>;
  save: (format: ExportFormat, content: Blob | string) => void;
  onClose: () => void;
}

const WHATS = ["selected", "runs", "groups"] as const;

export function ExportDialog({ counts, columns, first, make, save, onClose }: ExportDialogProps) {
  const words = useText();
  const t = words.runs;
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [what, setWhat] = useState<ExportWhat>(first);
  const [which, setWhich] = useState<"shown" | "all">("shown");
  const [busy, setBusy] = useState<"copy" | "save" | null>(null);
  const grouped = what === "groups";
  const open = WHATS.filter((each) => counts[each] !== null);
  const run = async (way: "copy" | "save") => {
    setBusy(way);
    try {
      const content = await make({ format, what, columns: grouped ? "shown" : which });
      if (way === "save") save(format, content);
      else if (typeof content !== "string" || !(await copyText(content))) throw new Error(t.couldNotCopy);
      const n = counts[what] ?? 0;
      toast(way === "copy" ? t.copiedAs(t.formats[format]) : grouped ? t.exportedGroups(n) : t.exported(n));
      onClose();
    } catch (error) {
      toast(errorMessage(error, words.common.errors), { kind: "failed" });
    } finally {
      setBusy(null);
    }
  };
  return (
    <Dialog open onOpenChange={(to) => !to && onClose()} title={t.exportTitle} width={460}>
      <div className="runs-export">
        <div>
          <b>{t.exportFormat}</b>
          <Segmented
            label={t.exportFormat}
            value={format}
            options={EXPORT_FORMATS.filter((each) => !grouped || each !== "parquet").map((id) => ({
              id,
              name: t.formats[id],
            }))}
            onChange={setFormat}
          />
          <p className="t3">{t.formatsAbout[format]}</p>
        </div>
        {open.length > 1 && (
          <div>
            <b>{t.exportRows}</b>
            <Segmented
              label={t.exportRows}
              value={what}
              options={open.map((id) => ({ id, name: `${t.exportWhat[id]} ${count(counts[id] ?? 0)}` }))}
              onChange={(next) => {
                setWhat(next);
                if (next === "groups" && format === "parquet") setFormat("csv");
              }}
            />
            {grouped && <p className="t3">{t.exportGroupsAbout}</p>}
          </div>
        )}
        {!grouped && (
          <div>
            <b>{t.columns}</b>
            <Segmented
              label={t.columns}
              value={which}
              options={[
                { id: "shown", name: `${t.exportShown} ${count(columns.shown)}` },
                { id: "all", name: `${t.exportEvery} ${count(columns.all)}` },
              ]}
              onChange={setWhich}
            />
          </div>
        )}
        <div className="runs-export-end">
          <Button
            icon="copy"
            busy={busy === "copy"}
            disabled={busy !== null || format === "parquet"}
            onClick={() => void run("copy")}
          >
            {words.common.copy}
          </Button>
          <Button
            icon="download"
            variant="primary"
            busy={busy === "save"}
            disabled={busy !== null}
            onClick={() => void run("save")}
          >
            {t.exportSave}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
