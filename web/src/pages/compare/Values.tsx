/** Config, results, facts and environment of the runs, a row for every path. */
import { useMemo } from "react";
import { saveCsv } from "@/panels/kinds/export";
import { matcher, regexProblem } from "@/panels/search";
import { goalOf } from "@/state/goals";
import { Button, EmptyState, Search, Tag, Toggle } from "@/ui";
import { asNumber, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { Grid, type GridLine } from "./Grid";
import type { Compared } from "./index";
import { placesBy } from "./order";
import { PARTS, type Row, rowsOf } from "./rows";

export interface ValuesProps extends Compared {
  onBase: (id: string) => void;
  onRemove: (id: string) => void;
}

export function Values({ runs, base, onBase, onRemove }: ValuesProps) {
  const words = useText();
  const t = words.compare;
  const [address, setAddress] = useAddress();
  const search = address.q ?? "";
  const all = address.all === "1";
  const parts = useMemo(() => {
    const states: Readonly<Record<string, string>> = words.common.states;
    const told = (row: Row) =>
      row.path === "state" ? { ...row, values: row.values.map((state) => states[String(state)]) } : row;
    return PARTS.map((part) => {
      const rows = rowsOf(part, runs);
      return { part, rows: part === "facts" ? rows.map(told) : rows };
    });
  }, [runs, words]);
  const { lines, hidden } = useMemo(() => {
    const has = matcher(search);
    const out: GridLine[] = [];
    let away = 0;
    for (const { part, rows } of parts) {
      const names: Readonly<Record<string, string>> = part === "facts" ? t.facts : {};
      const nameOf = (path: string) => names[path] ?? path;
      const found = rows.filter((row) => (has(row.path) || has(nameOf(row.path))) && (all || row.differs));
      away += rows.filter((row) => !row.differs).length;
      if (found.length === 0) continue;
      out.push({ kind: "head", title: t.parts[part], count: found.length });
      for (const row of found)
        out.push({
          kind: "row",
          id: `${part}.${row.path}`,
          row,
          name: nameOf(row.path),
          goal: part === "summary" ? goalOf(row.path, runs) : null,
        });
    }
    return { lines: out, hidden: away };
  }, [parts, search, all, runs, t]);
  // `-summary.loss` has the greatest first
  const sorting = useMemo(() => {
    const text = address.order ?? "";
    return text ? { id: text.replace(/^-/, ""), descending: text.startsWith("-") } : null;
  }, [address.order]);
  const order = useMemo(() => {
    const row = sorting && parts.flatMap((each) => each.rows.map((one) => ({ id: `${each.part}.${one.path}`, one })));
    const found = row?.find(({ id }) => id === sorting?.id);
    return found && sorting ? placesBy(found.one.values, sorting.descending) : runs.map((_, place) => place);
  }, [sorting, parts, runs]);
  const sort = (id: string) =>
    setAddress({ order: sorting?.id !== id ? id : sorting.descending ? undefined : `-${id}` }, true);
  const save = () => {
    const shown = [runs.indexOf(base), ...order.filter((place) => runs[place] !== base)];
    saveCsv(
      t.title,
      ["part", "name", ...shown.map((place) => runs[place]?.name ?? "")],
      lines.flatMap((line) =>
        line.kind === "head"
          ? []
          : [
              [
                line.id.slice(0, line.id.indexOf(".")),
                line.row.path,
                ...shown.map((place) => {
                  const value = line.row.values[place];
                  return value === undefined ? "" : (asNumber(value) ?? oneLine(value));
                }),
              ],
            ],
      ),
    );
  };
  return (
    <div className="cp-values">
      <div className="cp-bar">
        <Search
          className="narrow"
          value={search}
          onChange={(q) => setAddress({ q: q || undefined })}
          placeholder={t.findPath}
          invalid={regexProblem(search) !== null}
        />
        <span className="cp-only">
          <Toggle
            label={t.onlyDifferences}
            checked={!all}
            onChange={(only) => setAddress({ all: only ? undefined : "1" })}
          />
          <span aria-hidden="true">{t.onlyDifferences}</span>
        </span>
        {!all && hidden > 0 && <span className="t3 num">{t.sameHidden(hidden)}</span>}
        <span className="grow" />
        {sorting && (
          <Tag accent onRemove={() => setAddress({ order: undefined }, true)}>
            {t.sortedBy(sorting.id.slice(sorting.id.indexOf(".") + 1))}
          </Tag>
        )}
        {lines.length > 0 && (
          <Button icon="download" onClick={save}>
            CSV
          </Button>
        )}
      </div>
      {lines.length === 0 ? (
        <EmptyState
          icon="compare"
          title={search ? t.noMatch : runs.length < 2 ? t.oneRun : t.noDifference}
          action={
            search ? (
              <Button onClick={() => setAddress({ q: undefined })}>{t.clearSearch}</Button>
            ) : (
              !all && <Button onClick={() => setAddress({ all: "1" })}>{t.showAll}</Button>
            )
          }
        >
          {!search && (runs.length < 2 ? t.oneRunWhy : t.noDifferenceWhy(hidden))}
        </EmptyState>
      ) : (
        <Grid
          lines={lines}
          runs={runs}
          base={base}
          order={order}
          sorting={sorting}
          onSort={sort}
          onBase={onBase}
          onRemove={onRemove}
          label={t.tabs.values}
        />
      )}
    </div>
  );
}
