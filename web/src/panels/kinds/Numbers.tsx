import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Cell } from "./export";

const MOST = 500;

/** What a panel draws, as a table: to be read out, copied, and believed. */
export function Numbers({
  label,
  head,
  rows,
}: {
  label: string;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}) {
  const t = useText().kinds;
  return (
    <section className="kd-table" aria-label={label} tabIndex={0}>
      <table className="num">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing but their place.
            <tr key={at}>
              {row.map((cell, column) => (
                <td
                  key={head[column]}
                  className={typeof cell === "number" ? "v" : undefined}
                  title={cell === null || cell === undefined ? undefined : String(cell)}
                >
                  {typeof cell === "number" ? number(cell, 6) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p className="t3">{t.moreInCsv(rows.length - MOST)}</p>}
    </section>
  );
}
