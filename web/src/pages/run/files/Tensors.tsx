/** What is in a file of tensors, read from its head alone. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readFileBytes } from "@/api/files";
import type { FileInfo } from "@/api/types";
import { EmptyState, ErrorState, Search, Skeleton } from "@/ui";
import { bytes, count, number, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { firstNumbers, npyOf, safetensorsHead, safetensorsOf } from "./heads";

const NPY_BYTES = 64 * 1024;
const NUMBERS = 400;
const MOST_ROWS = 3000;

export function SafetensorsPreview({ file, address }: { file: FileInfo; address: string }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const head = useQuery({
    queryKey: ["safetensors", address, file.digest] as const,
    queryFn: async ({ signal }) =>
      safetensorsOf(
        await readFileBytes(address, (first) => (first.length < 8 ? 8 : (safetensorsHead(first) ?? 0)), signal),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (head.isPending) return <Skeleton rows={14} height={10} gap={10} />;
  if (head.isError) return <ErrorState error={head.error} onRetry={() => void head.refetch()} />;
  if (!head.data) return <EmptyState icon="file" title={t.files.badHead} />;
  const { tensors, notes } = head.data;
  const wanted = query.trim().toLowerCase();
  const found = tensors.filter((tensor) => `${tensor.name} ${tensor.type}`.toLowerCase().includes(wanted));
  const all = tensors.reduce((sum, tensor) => sum + product(tensor.shape), 0);
  return (
    <>
      <div className="files-bar">
        <b>{t.files.tensors(count(tensors.length))}</b>
        <span className="t3">{t.files.numbers(si(all))}</span>
        {Object.entries(notes)
          .slice(0, 4)
          .map(([name, text]) => (
            <span key={name} className="ui-badge cut" title={text}>
              {name}: {text.slice(0, 40)}
            </span>
          ))}
        <span className="grow" />
        <Search value={query} onChange={setQuery} placeholder={t.files.findTensor} className="narrow" />
      </div>
      <div className="files-tensors">
        <table className="num">
          <thead>
            <tr>
              <th>{t.files.tensor}</th>
              <th>{t.files.type}</th>
              <th>{t.files.shape}</th>
              <th className="right">{t.files.count}</th>
              <th className="right">{t.files.size}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, MOST_ROWS).map((tensor) => (
              <tr key={tensor.name}>
                <td className="mono">{tensor.name}</td>
                <td className="t2">{tensor.type}</td>
                <td className="t2">{tensor.shape.join(" × ") || "—"}</td>
                <td className="right">{count(product(tensor.shape))}</td>
                <td className="right t2">{bytes(tensor.sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
        {found.length > MOST_ROWS && <p className="ui-card-empty">{t.run.firstRows(count(MOST_ROWS))}</p>}
      </div>
    </>
  );
}

export function NpyPreview({ file, address }: { file: FileInfo; address: string }) {
  const t = useText();
  const head = useQuery({
    queryKey: ["npy", address, file.digest] as const,
    queryFn: ({ signal }) => readFileBytes(address, () => NPY_BYTES, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (head.isPending) return <Skeleton rows={6} height={10} gap={10} />;
  if (head.isError) return <ErrorState error={head.error} onRetry={() => void head.refetch()} />;
  const info = npyOf(head.data);
  if (!info) return <EmptyState icon="file" title={t.files.badHead} />;
  const numbers = firstNumbers(head.data, info, NUMBERS);
  return (
    <>
      <div className="files-bar">
        <b className="num">{info.shape.join(" × ") || "1"}</b>
        <span className="mono t2">{info.type}</span>
        <span className="t3">{info.fortran ? t.files.order.fortran : t.files.order.c}</span>
        <span className="t3 num">{t.files.numbers(count(product(info.shape)))}</span>
      </div>
      {numbers && (
        <pre className="files-numbers mono">
          {numbers.map((value) => number(value, 5)).join("  ")}
          {product(info.shape) > numbers.length ? " …" : ""}
        </pre>
      )}
    </>
  );
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
