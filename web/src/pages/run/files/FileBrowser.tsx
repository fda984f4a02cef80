/** Files as a tree on the left and a look at one of them on the right; which one is in the address. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { FileInfo } from "@/api/types";
import type { AddressOf } from "@/media/source";
import type { TableSource } from "@/tables/source";
import { CopyButton, EmptyState, Icon, type IconName, Search } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../../parts/Ago";
import { useAddress } from "../../parts/address";
import { Preview } from "./Preview";
import { type FileRow, fileRows, firstFile, previewKind } from "./tree";
import "./files.css";

export interface BrowsedFile extends FileInfo {
  /** Said instead of a preview, where the bytes are not here. */
  elsewhere?: ReactNode;
}

export interface FileBrowserProps {
  files: readonly BrowsedFile[];
  addressOf: AddressOf;
  /** Where the server has the table that is in a file; without it, tables are opened by `open`. */
  sourceOf?: ((path: string) => TableSource) | undefined;
  /** Folders that are closed at first. */
  folded?: readonly string[];
  /** Shown while no file was chosen; otherwise the file one would open first. */
  first?: ReactNode;
  /** Stands in the foot of the list. */
  more?: ReactNode;
  /** The file that is looked at, and what chooses another, where that is no `file=` in the address. */
  path?: string | undefined;
  onPath?: (path: string | undefined) => void;
  /** What is shown of a file instead of a preview, also where it is not among the files; null where nothing is. */
  open?: (path: string) => ReactNode;
  /** Where a folder is had as one archive; all of them for an empty path. */
  archiveOf?: (folder: string) => string;
}

const NONE: readonly string[] = [];
const ROW_PX = 26;

export function FileBrowser(props: FileBrowserProps) {
  const { files, addressOf, sourceOf, folded = NONE, first, more, onPath, open, archiveOf } = props;
  const t = useText();
  const [address, setAddress] = useAddress();
  const wanted = onPath ? props.path : address.file;
  const choose = onPath ?? ((file: string | undefined) => setAddress({ file }, true));
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set(folded));
  const rows = useMemo(() => fileRows(files, query, closed), [files, query, closed]);
  const asked = files.find((file) => file.path === wanted) ?? null;
  const chosen = asked ?? (first === undefined ? (firstFile(files) as BrowsedFile | null) : null);
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    paddingStart: 4,
    paddingEnd: 4,
  });
  const total = files.reduce((sum, file) => sum + file.size_bytes, 0);
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <div className={wanted === undefined ? "files" : "files chosen"}>
      <aside className="files-list">
        <div className="files-find">
          <Search value={query} onChange={setQuery} placeholder={t.run.filesFind} />
        </div>
        <div className="files-rows" role="tree" aria-label={t.run.tabs.files} ref={box}>
          <div role="none" style={{ height: list.getTotalSize(), position: "relative" }}>
            {list.getVirtualItems().map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <Row
                  key={`${row.file ? "f" : "d"} ${row.path}`}
                  row={row}
                  top={item.start}
                  on={row.file !== undefined && row.path === (wanted ?? chosen?.path)}
                  archive={row.file ? undefined : archiveOf?.(row.path)}
                  onClick={() => (row.file ? choose(row.path) : toggle(row.path))}
                />
              );
            })}
          </div>
          {rows.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
        </div>
        <footer className="files-foot num">
          {t.run.filesAll(files.length, bytes(total))}
          {archiveOf && (
            <a className="ui-link" href={archiveOf("")} download>
              {t.files.zipAll}
            </a>
          )}
          {more}
        </footer>
      </aside>
      <section className="files-view">
        {wanted !== undefined && !asked ? (
          <>
            <header className="files-head files-gone">
              <Back onClick={() => choose(undefined)} />
              <b className="cut">{wanted}</b>
            </header>
            <div className="files-body">
              {open?.(wanted) ?? <EmptyState icon="file" title={t.files.gone(wanted)} />}
            </div>
          </>
        ) : chosen ? (
          <Chosen
            file={chosen}
            addressOf={addressOf}
            sourceOf={sourceOf}
            opened={open?.(chosen.path)}
            onBack={() => choose(undefined)}
          />
        ) : (
          first
        )}
      </section>
    </div>
  );
}

const ICONS: Record<string, IconName> = {
  table: "table",
  media: "play",
  image: "image",
  csv: "table",
  markdown: "book",
  json: "code",
  diff: "git",
  text: "file",
  jsonl: "table",
  safetensors: "box",
  npy: "box",
  none: "file",
};

interface RowProps {
  row: FileRow;
  top: number;
  on: boolean;
  archive: string | undefined;
  onClick: () => void;
}

function Row({ row, top, on, archive, onClick }: RowProps) {
  const t = useText();
  const icon = row.file ? (ICONS[previewKind(row.file)] ?? "file") : "folder";
  return (
    <div className="files-place" role="none" style={{ transform: `translateY(${top}px)` }}>
      <button
        type="button"
        role="treeitem"
        aria-expanded={row.file ? undefined : row.open}
        aria-level={row.depth + 1}
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
      {archive && (
        // beside its folder, and one of its items to those who hear the tree
        <a
          className="ui-ib ui-ib-s files-zip"
          role="treeitem"
          aria-level={row.depth + 2}
          href={archive}
          download
          aria-label={t.files.zip}
          title={t.files.zip}
        >
          <Icon name="download" small />
        </a>
      )}
    </div>
  );
}

/** To the list, where there is no room for both. */
function Back({ onClick }: { onClick: () => void }) {
  const t = useText();
  return (
    <button type="button" className="ui-ib files-back" aria-label={t.common.close} onClick={onClick}>
      <Icon name="left" />
    </button>
  );
}

interface ChosenProps {
  file: BrowsedFile;
  addressOf: AddressOf;
  sourceOf: ((path: string) => TableSource) | undefined;
  opened: ReactNode;
  onBack: () => void;
}

function Chosen({ file, addressOf, sourceOf, opened, onBack }: ChosenProps) {
  const t = useText();
  const address = addressOf(file.path);
  const name = file.path.split("/").at(-1) ?? file.path;
  return (
    <>
      <header className="files-head">
        <Back onClick={onBack} />
        <b className="cut" title={file.path}>
          {file.path}
        </b>
        <CopyButton value={file.path} />
        <span className="grow" />
        <span className="t3 num files-meta">
          <span>{bytes(file.size_bytes)}</span>
          <span className="files-wide">{file.mime}</span>
          {file.updated_at > 0 && (
            <span className="files-wide" title={`${t.run.digest} ${file.digest}`}>
              <Ago time={file.updated_at} />
            </span>
          )}
        </span>
        {!file.elsewhere && (
          <a className="ui-btn" href={address} download={name}>
            <Icon name="download" />
            <span className="files-wide">{t.common.download}</span>
          </a>
        )}
      </header>
      <div className="files-body">
        {file.elsewhere ?? opened ?? (
          <Preview
            key={file.path + file.digest}
            file={file}
            address={address}
            addressOf={addressOf}
            sourceOf={sourceOf}
          />
        )}
      </div>
    </>
  );
}
