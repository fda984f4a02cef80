/** The files of a run: a tree at the left, a look at one of them at the right. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { archiveAddress, fileAddress, useFiles } from "@/api/files";
import type { FileInfo, Run } from "@/api/types";
import { runFiles } from "@/media/source";
import { useRunSource } from "@/tables/source";
import { EmptyState, ErrorState, Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../../parts/address";
import { FileBrowser } from "./FileBrowser";
import { newestImages } from "./tree";
import "./files.css";

export default function Files({ run }: { run: Run }) {
  const t = useText();
  const files = useFiles(run.entity, run.project, run.id);
  const [address] = useAddress();
  const navigate = useNavigate();
  const { _splat } = useParams({ strict: false });
  // an older address says `?file=`
  const path = _splat || address.file;
  const onPath = (file: string | undefined) =>
    void navigate({
      to: file ? "/$entity/$project/runs/$run/$tab/$" : "/$entity/$project/runs/$run/$tab",
      params: { entity: run.entity, project: run.project, run: run.id, tab: "files", _splat: file ?? "" },
    });
  const addressOf = useMemo(() => runFiles(run.entity, run.project, run.id), [run.entity, run.project, run.id]);
  const sourceOf = useRunSource(run);
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
  const images = newestImages(files.data);
  return (
    <FileBrowser
      files={files.data}
      addressOf={addressOf}
      sourceOf={sourceOf}
      folded={FOLDED}
      path={path}
      onPath={onPath}
      archiveOf={(folder) => archiveAddress(run.entity, run.project, run.id, folder)}
      first={images.length > 0 ? <Gallery run={run} images={images} onChoose={onPath} /> : undefined}
    />
  );
}

const FOLDED = ["media"];
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
