/** The files of a run: a tree at the left, a look at one of them at the right. */
import { useMemo, useState } from "react";
import { fileAddress, useFiles } from "@/api/files";
import type { FileInfo, Run } from "@/api/types";
import { CopyButton, EmptyState, ErrorState, Icon, type IconName, Search, Skeleton } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../../parts/Ago";
import { useAddress } from "../../parts/address";
import { Preview } from "./Preview";
import { type FileRow, fileRows, firstFile, newestImages, previewKind } from "./tree";
import "./files.css";

export default function Files({ run }: { run: Run }) {
  const t = useText();
  const files = useFiles(run.entity, run.project, run.id);
  const [address, setAddress] = useAddress();
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set(["media"]));
  const rows = useMemo(() => fileRows(files.data ?? [], query, closed), [files.data, query, closed]);
  if (files.isPending)
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (files.isError) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />;
  if (files.data.length === 0)
    return (
      <EmptyState icon="folder" title={t.run.noFilesTitle}>
        {t.run.noFilesWhy}
      </EmptyState>
    );
  const asked = files.data.find((file) => file.path === address.file) ?? null;
  const images = newestImages(files.data);
  // with nothing asked for there is still something to look at: the images, or the file one would open first
  const chosen = asked ?? (images.length === 0 ? firstFile(files.data) : null);
  const total = files.data.reduce((sum, file) => sum + file.size_bytes, 0);
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <div className={asked ? "files chosen" : "files"}>
      <aside className="files-list">
        <div className="files-find">
          <Search value={query} onChange={setQuery} placeholder={t.run.filesFind} />
        </div>
        <div className="files-rows" role="tree" aria-label={t.run.tabs.files}>
          {rows.map((row) => (
            <Row
              key={`${row.file ? "f" : "d"} ${row.path}`}
              row={row}
              on={row.file !== undefined && row.path === chosen?.path}
              onClick={() => (row.file ? setAddress({ file: row.path }, true) : toggle(row.path))}
            />
          ))}
          {rows.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
        </div>
        <footer className="files-foot num">{t.run.filesAll(files.data.length, bytes(total))}</footer>
      </aside>
      <section className="files-view">
        {chosen ? (
          <Chosen run={run} file={chosen} onBack={() => setAddress({ file: undefined }, true)} />
        ) : (
          <Gallery run={run} images={images} onChoose={(file) => setAddress({ file }, true)} />
        )}
      </section>
    </div>
  );
}

const GALLERY = 60;

/** The images of a run, the newest first. */
function Gallery({
  run,
  images,
  onChoose,
}: {
  run: Run;
  images: readonly FileInfo[];
  onChoose: (path: string) => void;
}) {
  const t = useText();
  const rest = images.length - GALLERY;
  return (
    <div className="files-gallery">
      <h2>
        {t.run.gallery}
        <span className="ui-count">{images.length}</span>
        <span className="grow" />
        <span className="t3">{rest > 0 ? t.run.galleryMore(rest) : t.run.chooseFile}</span>
      </h2>
      <div>
        {images.slice(0, GALLERY).map((file) => (
          <button key={file.path} type="button" title={file.path} onClick={() => onChoose(file.path)}>
            <img src={fileAddress(run.entity, run.project, run.id, file.path)} alt="" loading="lazy" />
            <span className="cut">{file.path.split("/").at(-1)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

const ICONS: Record<string, IconName> = {
  image: "image",
  csv: "table",
  markdown: "book",
  json: "code",
  diff: "git",
  text: "file",
  none: "file",
};

function Row({ row, on, onClick }: { row: FileRow; on: boolean; onClick: () => void }) {
  const icon = row.file ? (ICONS[previewKind(row.file)] ?? "file") : "folder";
  return (
    <button
      type="button"
      role="treeitem"
      aria-expanded={row.file ? undefined : row.open}
      aria-selected={on}
      className={`files-row${on ? " on" : ""}`}
      style={{ paddingLeft: 10 + row.depth * 14 }}
      title={row.path}
      onClick={onClick}
    >
      {row.file ? <span className="files-gap" /> : <Icon name={row.open ? "down" : "right"} small />}
      <Icon name={icon} small />
      <span className="cut grow">{row.name}</span>
      <span className="t3 num files-size">{row.file ? bytes(row.sizeBytes) : row.files}</span>
    </button>
  );
}

function Chosen({ run, file, onBack }: { run: Run; file: FileInfo; onBack: () => void }) {
  const t = useText();
  const address = fileAddress(run.entity, run.project, run.id, file.path);
  const name = file.path.split("/").at(-1) ?? file.path;
  return (
    <>
      <header className="files-head">
        <button type="button" className="ui-ib files-back" aria-label={t.common.close} onClick={onBack}>
          <Icon name="left" />
        </button>
        <b className="cut" title={file.path}>
          {file.path}
        </b>
        <CopyButton value={file.path} />
        <span className="grow" />
        <span className="t3 num files-meta">
          <span>{bytes(file.size_bytes)}</span>
          <span className="files-wide">{file.mime}</span>
          <span className="files-wide" title={`${t.run.digest} ${file.digest}`}>
            <Ago time={file.updated_at} />
          </span>
        </span>
        <a className="ui-btn" href={address} download={name}>
          <Icon name="download" />
          <span className="files-wide">{t.common.download}</span>
        </a>
      </header>
      <div className="files-body">
        <Preview key={file.path + file.digest} file={file} address={address} />
      </div>
    </>
  );
}
