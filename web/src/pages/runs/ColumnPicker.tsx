/** Which columns stand in the table. */
import { useState } from "react";
import { Button, Checkbox, Search } from "@/ui";
import { useText } from "@/ui/text";
import { column, type Layout, toggleColumn } from "./columns";
import { columnName } from "./words";

export function ColumnPicker({
  every,
  layout,
  onLayout,
  trendKey,
}: {
  every: readonly string[];
  layout: Layout;
  onLayout: (layout: Layout | null) => void;
  trendKey: string | null;
}) {
  const t = useText();
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const shown = every.filter((id) => columnName(id, t, trendKey).toLowerCase().includes(wanted));
  const kinds = (["run", "summary", "config"] as const).map((kind) => ({
    kind,
    ids: shown.filter((id) => column(id).kind === kind),
  }));
  const setAll = (on: boolean) => {
    let next = layout;
    for (const id of shown) if (id !== "name" && next.order.includes(id) !== on) next = toggleColumn(next, id);
    onLayout(next);
  };
  return (
    <div className="runs-fields">
      <Search value={query} onChange={setQuery} placeholder={t.runs.columnsFind} />
      <div className="runs-fields-list tall">
        {kinds.map(
          ({ kind, ids }) =>
            ids.length > 0 && (
              <div key={kind}>
                <div className="ui-menu-title">
                  {{ run: t.runs.headRun, summary: t.runs.headSummary, config: t.runs.headConfig }[kind]}
                </div>
                {ids.slice(0, 300).map((id) => (
                  // biome-ignore lint/a11y/noLabelWithoutControl: the check box is inside, drawn by a part of ours.
                  <label key={id} className="ui-menu-item">
                    <Checkbox
                      checked={layout.order.includes(id)}
                      disabled={id === "name"}
                      label={columnName(id, t, trendKey)}
                      onChange={() => onLayout(toggleColumn(layout, id))}
                    />
                    <span className="cut">{columnName(id, t, trendKey)}</span>
                  </label>
                ))}
              </div>
            ),
        )}
        {shown.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
      </div>
      <footer>
        <Button variant="bare" onClick={() => setAll(true)}>
          {t.runs.columnsShow}
        </Button>
        <Button variant="bare" onClick={() => setAll(false)}>
          {t.runs.columnsHide}
        </Button>
        <span className="grow" />
        <Button variant="bare" onClick={() => onLayout(null)}>
          {t.runs.columnsReset}
        </Button>
      </footer>
    </div>
  );
}
