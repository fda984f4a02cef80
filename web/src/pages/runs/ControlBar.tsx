/** The bar over the table: the query, group, sort, trend and heat, columns and export. */
import { type ReactNode, type RefObject, useState } from "react";
import { type ApiError, isApiError } from "@/api/client";
import type { Columns } from "@/api/projects";
import type { Op } from "@/api/types";
import { RUN_FIELDS } from "@/api/types";
import { Button, Checkbox, Chip, Field, Icon, IconButton, Menu, Popover, Search, Tag, TextInput } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { column, type Layout, toggleColumn } from "./columns";
import { CHIP_OPS, chipWords, errorPosition, type Chip as FilterChip } from "./filters";
import type { Sorting } from "./Grid";
import { columnName } from "./words";

export interface ControlBarProps {
  query: string;
  onQuery: (query: string) => void;
  queryError: ApiError | null;
  searchRef: RefObject<HTMLInputElement | null>;
  found: Columns;
  every: readonly string[];
  layout: Layout;
  onLayout: (layout: Layout | null) => void;
  group: string | null;
  onGroup: (field: string | null) => void;
  sorting: Sorting | null;
  onSorting: (sorting: Sorting | null) => void;
  trendKeys: readonly string[];
  trendKey: string | null;
  onTrend: (key: string | null) => void;
  heat: boolean;
  onHeat: (on: boolean) => void;
  onExport: (all: boolean) => void;
  exporting: boolean;
}

export function ControlBar(props: ControlBarProps) {
  const { sorting, layout, every } = props;
  const t = useText();
  return (
    <div className="runs-bar">
      <QueryBox {...props} />
      <FieldChip
        label={t.runs.group}
        value={props.group ? columnName(props.group, t) : t.runs.groupNone}
        set={props.group !== null}
        fields={["state", "user", "group", "job_type", ...props.found.config.map((path) => `config.${path}`)]}
        chosen={props.group}
        none={t.runs.groupNone}
        onChoose={props.onGroup}
      />
      <FieldChip
        label={t.runs.sort}
        value={sorting ? `${columnName(sorting.field, t)} ${sorting.descending ? "↓" : "↑"}` : t.runs.sortNone}
        set={sorting !== null}
        fields={every.filter((id) => column(id).sortable)}
        chosen={sorting?.field ?? null}
        none={t.runs.sortNone}
        onChoose={(field) =>
          props.onSorting(field ? { field, descending: sorting?.field === field ? !sorting.descending : false } : null)
        }
      />
      {props.trendKeys.length > 0 && (
        <FieldChip
          label={t.runs.trend}
          value={props.trendKey ?? t.runs.off}
          set={false}
          fields={props.trendKeys}
          plain
          chosen={props.trendKey}
          none={t.runs.off}
          onChoose={props.onTrend}
        />
      )}
      <Chip
        flat
        label={t.runs.heat}
        value={props.heat ? t.runs.on : t.runs.off}
        set={props.heat}
        aria-pressed={props.heat}
        onClick={() => props.onHeat(!props.heat)}
      />
      <span className="grow" />
      <Popover
        width={320}
        align="end"
        label={t.runs.columns}
        trigger={
          <Button icon="columns">
            {t.runs.columns}
            <span className="t3 num">
              {layout.order.length} / {every.length}
            </span>
          </Button>
        }
      >
        <ColumnPicker every={every} layout={layout} onLayout={props.onLayout} trendKey={props.trendKey} />
      </Popover>
      <Menu
        align="end"
        trigger={
          <Button icon="download" busy={props.exporting}>
            {t.runs.export}
          </Button>
        }
        items={[
          { id: "shown", label: t.runs.exportCsv, icon: "table", onSelect: () => props.onExport(false) },
          { id: "all", label: t.runs.exportAll, icon: "columns", onSelect: () => props.onExport(true) },
        ]}
      />
    </div>
  );
}

function QueryBox({ query, onQuery, queryError, searchRef, found }: ControlBarProps) {
  const t = useText();
  const [help, setHelp] = useState(false);
  return (
    <div className="runs-query">
      <Popover
        open={help}
        onOpenChange={setHelp}
        width={420}
        label={t.runs.queryHelp}
        anchor={
          <div>
            <Search
              code
              value={query}
              onChange={onQuery}
              placeholder={t.runs.query}
              invalid={queryError !== null}
              inputRef={searchRef}
              onKeyDown={(event) => {
                if (event.key === "Escape") event.currentTarget.blur();
              }}
              after={<IconButton icon="help" small label={t.runs.queryHelp} on={help} onClick={() => setHelp(!help)} />}
            />
          </div>
        }
      >
        <div className="runs-help">
          <p className="t2">{t.runs.queryExamples}</p>
          <pre className="mono">{EXAMPLES.join("\n")}</pre>
          <h4>{t.runs.queryFields}</h4>
          <p className="mono t2">
            {[
              ...RUN_FIELDS,
              ...found.config.slice(0, 6).map((path) => `config.${path}`),
              ...found.summary.slice(0, 6).map((path) => `summary.${path}`),
            ].join("  ")}
          </p>
        </div>
      </Popover>
      {queryError && <QueryError query={query} error={queryError} />}
    </div>
  );
}

const EXAMPLES = [
  'state = "finished" and summary.loss < 0.5',
  'config.optimizer in ("adam", "sgd")',
  'name contains "base" or tags contains "best"',
  "not (config.lr > 0.1)",
];

/** The query once more, with the place marked at which it could not be read. */
function QueryError({ query, error }: { query: string; error: ApiError }) {
  const t = useText();
  const at = errorPosition(error.message);
  return (
    <div className="runs-query-error" role="alert">
      {at !== null && (
        <div className="mono runs-query-at">
          {query.slice(0, at)}
          <mark>{query.slice(at, at + 1) || " "}</mark>
          {query.slice(at + 1)}
        </div>
      )}
      <p>
        <b>{t.runs.queryError}.</b> {error.message}
      </p>
    </div>
  );
}

interface FieldChipProps {
  label: string;
  value: ReactNode;
  set: boolean;
  fields: readonly string[];
  chosen: string | null;
  none: string;
  /** The fields are names of metrics, not of columns. */
  plain?: boolean;
  onChoose: (field: string | null) => void;
}

/** A chip that opens a searchable list of fields. */
export function FieldChip({ label, value, set, fields, chosen, none, plain, onChoose }: FieldChipProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={264}
      label={label}
      trigger={<Chip label={label} value={value} set={set} />}
    >
      <FieldList
        fields={fields}
        chosen={chosen}
        none={none}
        plain={plain ?? false}
        onChoose={(field) => {
          onChoose(field);
          setOpen(false);
        }}
      />
    </Popover>
  );
}

function FieldList({
  fields,
  chosen,
  none,
  plain,
  onChoose,
}: Pick<FieldChipProps, "fields" | "chosen" | "none" | "onChoose"> & { plain: boolean }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const name = (field: string) => (plain ? field : columnName(field, t));
  const wanted = query.trim().toLowerCase();
  const shown = fields.filter((field) => name(field).toLowerCase().includes(wanted)).slice(0, 200);
  return (
    <div className="runs-fields">
      <Search value={query} onChange={setQuery} placeholder={t.common.search} />
      <div className="runs-fields-list">
        {!wanted && (
          <button type="button" className="ui-menu-item" onClick={() => onChoose(null)}>
            <span className="ui-menu-check">{chosen === null && <Icon name="check" small />}</span>
            <span className="t3">{none}</span>
          </button>
        )}
        {shown.map((field) => (
          <button type="button" key={field} className="ui-menu-item" onClick={() => onChoose(field)}>
            <span className="ui-menu-check">{chosen === field && <Icon name="check" small />}</span>
            <span className="cut grow">{name(field)}</span>
            {!plain && <span className="ui-menu-hint">{kindName(field, t)}</span>}
          </button>
        ))}
        {shown.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
      </div>
    </div>
  );
}

function kindName(field: string, t: ReturnType<typeof useText>): string {
  const { kind } = column(field);
  return { run: t.runs.headRun, summary: t.runs.headSummary, config: t.runs.headConfig }[kind];
}

function ColumnPicker({
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

export interface FilterBarProps {
  chips: readonly FilterChip[];
  onChips: (chips: FilterChip[]) => void;
  fields: readonly string[];
  shown: number | null;
  all: number | null;
  hidden: number;
  onShowHidden: () => void;
  draft: string | null;
  onDraft: (field: string | null) => void;
}

export function FilterBar(props: FilterBarProps) {
  const { chips, onChips, fields, shown, all, hidden, draft, onDraft } = props;
  const t = useText();
  return (
    <div className="runs-filters">
      <Icon name="filter" small />
      {chips.map((chip, place) => (
        <Tag
          key={`${chip.field} ${chip.op} ${chip.value}`}
          accent
          onRemove={() => onChips(chips.filter((_, other) => other !== place))}
        >
          {chipWords(chip)}
        </Tag>
      ))}
      <Popover
        open={draft !== null}
        onOpenChange={(open) => onDraft(open ? "" : null)}
        width={300}
        label={t.runs.addFilter}
        trigger={
          <button type="button" className="runs-add">
            {t.runs.addFilter}
          </button>
        }
      >
        {draft !== null && (
          <FilterForm
            fields={fields}
            field={draft}
            onAdd={(chip) => {
              onChips([...chips, chip]);
              onDraft(null);
            }}
          />
        )}
      </Popover>
      <span className="grow" />
      <span className="t3 num runs-total">
        {shown !== null &&
          all !== null &&
          (shown < all
            ? `${t.runs.shown(count(shown), count(all))} · ${t.runs.hidden(count(all - shown))}`
            : t.runs.allShown(count(all)))}
        {hidden > 0 && (
          <>
            {" · "}
            <button type="button" className="ui-link" onClick={props.onShowHidden} title={t.runs.showHidden}>
              {t.runs.hiddenRuns(hidden)}
            </button>
          </>
        )}
      </span>
    </div>
  );
}

function FilterForm({
  fields,
  field: first,
  onAdd,
}: {
  fields: readonly string[];
  field: string;
  onAdd: (chip: FilterChip) => void;
}) {
  const t = useText();
  const [field, setField] = useState(first);
  const [op, setOp] = useState<Op>(first.startsWith("summary.") ? "<" : "=");
  const [value, setValue] = useState("");
  if (!field)
    return (
      <FieldList
        fields={fields}
        chosen={null}
        none=""
        plain={false}
        onChoose={(chosen) => chosen && setField(chosen)}
      />
    );
  const add = () => {
    if (op === "exists" || value.trim()) onAdd({ field, op, value: value.trim() });
  };
  return (
    <form
      className="runs-filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <button type="button" className="runs-filter-field" onClick={() => setField("")}>
        <Icon name="left" small />
        <b className="cut">{columnName(field, t)}</b>
      </button>
      <div className="runs-ops" role="radiogroup" aria-label={t.runs.filterOp}>
        {CHIP_OPS.map((each) => (
          <button
            key={each}
            type="button"
            role="radio"
            aria-checked={each === op}
            className={each === op ? "on mono" : "mono"}
            onClick={() => setOp(each)}
          >
            {each}
          </button>
        ))}
      </div>
      {op !== "exists" && (
        <Field label={t.runs.filterValue}>
          {(id) => (
            <TextInput
              id={id}
              autoFocus
              value={value}
              onChange={(event) => setValue(event.target.value)}
              className="mono"
            />
          )}
        </Field>
      )}
      <Button type="submit" variant="primary">
        {t.runs.filterApply}
      </Button>
    </form>
  );
}

export function asQueryError(error: unknown, query: string): ApiError | null {
  return query.trim() !== "" && isApiError(error) && error.kind === "Rejected" ? error : null;
}
