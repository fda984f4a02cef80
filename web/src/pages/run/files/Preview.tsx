/** A look at a file by its type; only what is needed of a large one is read. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { useFileText } from "@/api/files";
import type { FileInfo } from "@/api/types";
import { Item } from "@/media/Item";
import { type AddressOf, useJsonFile } from "@/media/source";
import type { TableSource } from "@/tables/source";
import { TableView } from "@/tables/TableView";
import { tableOf } from "@/tables/table";
import { Button, EmptyState, ErrorState, Segmented, Skeleton, Tree } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { bytes, count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { isBranch } from "@/ui/tree-rows";
import { PatchView } from "../diff/PatchView";
import { type Csv, parseCsv, separatorOf } from "./csv";
import { jsonlTable } from "./jsonl";
import { SourceCode } from "./SourceCode";
import { NpyPreview, SafetensorsPreview } from "./Tensors";
import { mediaKind, type PreviewKind, previewKind, tableName } from "./tree";

const PART_BYTES = 256 * 1024;
const CSV_ROWS = 5000;
const TREE_BYTES = 1024 * 1024;

export interface PreviewProps {
  file: FileInfo;
  address: string;
  /** Where other files are that this one names: the images of a table. */
  addressOf: AddressOf;
  /** Where the server has the table that is in a file; without it, the file is text. */
  sourceOf?: ((path: string) => TableSource) | undefined;
}

export function Preview(props: PreviewProps) {
  const { file, address, sourceOf } = props;
  const t = useText();
  const kind = previewKind(file);
  if (kind === "table" && sourceOf) return <TablePreview {...props} sourceOf={sourceOf} />;
  if (kind === "media")
    return (
      <div className="files-media">
        <Item
          item={{
            kind: mediaKind(file.path) ?? "file",
            path: file.path,
            caption: "",
            width: 0,
            height: 0,
            boxes: {},
            masks: {},
          }}
          addressOf={() => address}
          alt={file.path}
          large
        />
      </div>
    );
  if (kind === "image") return <Picture file={file} address={address} />;
  if (kind === "safetensors") return <SafetensorsPreview file={file} address={address} />;
  if (kind === "npy") return <NpyPreview file={file} address={address} />;
  if (kind === "pickle" || kind === "none")
    return (
      <EmptyState icon="file" title={t.run.noPreview}>
        {kind === "pickle" ? t.files.pickle : `${file.mime} · ${bytes(file.size_bytes)}`}
      </EmptyState>
    );
  return <TextPreview file={file} address={address} kind={kind} />;
}

function Picture({ file, address }: { file: FileInfo; address: string }) {
  const t = useText();
  const [size, setSize] = useState<[number, number] | null>(null);
  const [broken, setBroken] = useState(false);
  if (broken) return <EmptyState icon="image" title={t.run.brokenImage} />;
  const small = size !== null && Math.max(...size) <= 64;
  return (
    <figure className="files-picture">
      <img
        src={`${address}?digest=${file.digest.slice(0, 12)}`}
        alt={file.path}
        className={small ? "small" : undefined}
        style={small && size ? { width: size[0] * Math.floor(320 / Math.max(...size)) } : undefined}
        onLoad={(event) => setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])}
        onError={() => setBroken(true)}
      />
      {size && (
        <figcaption className="t3 num">
          {size[0]} × {size[1]}
        </figcaption>
      )}
    </figure>
  );
}

function TablePreview({
  file,
  address,
  addressOf,
  sourceOf,
}: PreviewProps & { sourceOf: (path: string) => TableSource }) {
  const json = useJsonFile(address);
  const table = useMemo(() => (json.data === undefined ? null : tableOf(json.data)), [json.data]);
  const source = useMemo(() => sourceOf(file.path), [sourceOf, file.path]);
  if (json.isPending) return <Skeleton rows={14} height={10} gap={10} />;
  if (table) return <TableView table={table} addressOf={addressOf} source={source} name={tableName(file.path)} />;
  return <TextPreview file={file} address={address} kind="json" />;
}

function TextPreview({ file, address, kind }: { file: FileInfo; address: string; kind: PreviewKind }) {
  const t = useText();
  const [limit, setLimit] = useState(kind === "json" ? TREE_BYTES : PART_BYTES);
  const [source, setSource] = useState(false);
  const answer = useFileText(address, file.digest, limit, true);
  const text = answer.data?.text ?? "";
  const cut = answer.data ? !answer.data.whole : false;
  const rich = useMemo(() => (kind === "json" && !cut ? parsed(text) : null), [kind, cut, text]);
  const lines = useMemo(() => (kind === "jsonl" ? jsonlTable(text, CSV_ROWS, cut) : null), [kind, cut, text]);
  if (answer.isPending) return <Skeleton rows={14} height={10} gap={10} />;
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  const both =
    kind === "csv" ||
    kind === "markdown" ||
    kind === "diff" ||
    (kind === "jsonl" && lines !== null) ||
    (kind === "json" && rich !== null);
  return (
    <>
      {(both || cut) && (
        <div className="files-bar">
          {both && (
            <Segmented
              label={t.run.preview}
              value={source ? "source" : "preview"}
              options={[
                { id: "preview", name: t.run.preview },
                { id: "source", name: t.run.source },
              ]}
              onChange={(value) => setSource(value === "source")}
            />
          )}
          {cut && (
            <>
              <span className="t3 num">{t.run.firstPart(bytes(limit), bytes(file.size_bytes))}</span>
              <Button onClick={() => setLimit(limit * 4)}>{t.run.readMore}</Button>
            </>
          )}
        </div>
      )}
      {both && !source ? (
        kind === "diff" ? (
          <div className="files-diff">
            <PatchView patch={text} />
          </div>
        ) : lines ? (
          <CsvTable csv={lines} />
        ) : kind === "csv" ? (
          <CsvTable csv={parseCsv(text, separatorOf(file.path, text), CSV_ROWS, cut)} />
        ) : kind === "markdown" ? (
          <div className="files-markdown">
            <Markdown text={text} />
          </div>
        ) : (
          <div className="files-tree">
            <Tree title={file.path.split("/").at(-1) ?? ""} value={rich ?? {}} empty="{}" />
          </div>
        )
      ) : (
        <SourceCode text={text} path={file.path} />
      )}
    </>
  );
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isBranch(value) ? value : null;
  } catch {
    return null;
  }
}

function CsvTable({ csv }: { csv: Csv }) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const widths = useMemo(
    () =>
      csv.head.map((name, place) => {
        const longest = csv.rows
          .slice(0, 100)
          .reduce((most, row) => Math.max(most, (row[place] ?? "").length), name.length);
        return Math.max(56, Math.min(280, 20 + longest * 7));
      }),
    [csv],
  );
  const numeric = useMemo(
    () =>
      csv.head.map((_, place) => {
        const cells = csv.rows.slice(0, 100).map((row) => row[place] ?? "");
        return cells.some(Boolean) && cells.every((cell) => cell === "" || Number.isFinite(Number(cell)));
      }),
    [csv],
  );
  const list = useVirtualizer({
    count: csv.rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 26,
    overscan: 12,
  });
  const width = 56 + widths.reduce((sum, each) => sum + each, 0);
  return (
    <>
      <div className="files-csv num" ref={box} role="table">
        <div className="files-csv-head" role="row" tabIndex={-1} style={{ width }}>
          <span style={{ width: 56 }} />
          {csv.head.map((name, place) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file do not move, and names may repeat.
              key={place}
              role="columnheader"
              tabIndex={-1}
              className={numeric[place] ? "cut right" : "cut"}
              style={{ width: widths[place] }}
              title={name}
            >
              {name}
            </span>
          ))}
        </div>
        <div className="files-csv-all" style={{ height: list.getTotalSize(), width }}>
          {list.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className="files-csv-row"
              role="row"
              tabIndex={-1}
              style={{ transform: `translateY(${item.start}px)`, width }}
            >
              <span className="t3 right" style={{ width: 56 }}>
                {item.index + 1}
              </span>
              {csv.head.map((_, place) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file do not move.
                  key={place}
                  role="cell"
                  className={numeric[place] ? "cut right" : "cut"}
                  style={{ width: widths[place] }}
                  title={csv.rows[item.index]?.[place]}
                >
                  {csv.rows[item.index]?.[place]}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      <footer className="files-foot num">
        {csv.more ? t.run.firstRows(count(csv.rows.length)) : t.run.rows(count(csv.rows.length))}
      </footer>
    </>
  );
}
