/** A nested value as a tree one can fold, search and copy from. */
import { useMemo, useState } from "react";
import { CopyButton } from "./controls";
import { Search } from "./fields";
import { Icon } from "./icons";
import { asNumber, oneLine } from "./numbers";
import { useText } from "./text";
import { type Branch, foldedAtFirst, inWords, leafText, type TreeRow, treeRows } from "./tree-rows";

export interface TreeProps {
  title: string;
  value: Branch;
  /** Said when there is nothing in it. */
  empty: string;
}

export function Tree({ title, value, empty }: TreeProps) {
  const t = useText();
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set(foldedAtFirst(value)));
  const rows = useMemo(() => treeRows(value, query, closed), [value, query, closed]);
  const total = useMemo(() => treeRows(value, "", new Set()).filter((row) => row.leaves === undefined).length, [value]);
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{title}</h2>
        <span className="ui-count">{total}</span>
        <span className="grow" />
        {total > 0 && <Search value={query} onChange={setQuery} placeholder={t.common.search} className="narrow" />}
        {total > 0 && <CopyButton value={JSON.stringify(value, null, 2)} label={t.common.copyJson} small={false} />}
      </header>
      {total === 0 ? (
        <p className="ui-card-empty">{empty}</p>
      ) : rows.length === 0 ? (
        <p className="ui-card-empty">{t.common.noMatch(query)}</p>
      ) : (
        <div className="ui-tree" role="tree" aria-label={title}>
          {rows.map((row) => (
            <TreeLine key={row.path} row={row} onToggle={toggle} />
          ))}
        </div>
      )}
    </section>
  );
}

function TreeLine({ row, onToggle }: { row: TreeRow; onToggle: (path: string) => void }) {
  const t = useText();
  const indent = { paddingLeft: 12 + row.depth * 16 };
  if (row.leaves !== undefined)
    return (
      <div
        className="ui-tree-row branch"
        role="treeitem"
        aria-expanded={row.open}
        tabIndex={0}
        style={indent}
        onClick={() => onToggle(row.path)}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            onToggle(row.path);
          }
        }}
      >
        <Icon name={row.open ? "down" : "right"} small />
        <span className="ui-tree-name">{row.name}</span>
        <span className="ui-count">{row.leaves}</span>
      </div>
    );
  const words = inWords(row.name, row.value);
  return (
    <div className="ui-tree-row" role="treeitem" tabIndex={-1} style={indent}>
      <span className="ui-tree-gap" />
      <span className="ui-tree-name cut" title={row.path}>
        {row.name || "·"}
      </span>
      <span className={`ui-tree-value ${kindOf(row.value)}`} title={leafText(row.value)}>
        {words && <span className="t3">{words} · </span>}
        {row.value === null ? "null" : oneLine(row.value)}
      </span>
      <CopyButton value={row.path} label={t.common.copyPath} icon="link" />
      <CopyButton value={leafText(row.value)} />
    </div>
  );
}

function kindOf(value: unknown): string {
  if (asNumber(value) !== null) return "num";
  if (value === null || typeof value === "boolean") return "word";
  return typeof value === "string" ? "text" : "json";
}
