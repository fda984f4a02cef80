/** The query over the table: completed as one writes, with help, and with the place marked where it cannot be read. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { type ApiError, isApiError } from "@/api/client";
import { groupsQuery } from "@/api/runs";
import { RUN_FIELDS } from "@/api/types";
import { IconButton, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import type { ControlBarProps } from "./ControlBar";
import { complete, completed } from "./complete";
import { errorPosition } from "./filters";

const VALUES = 40;

export function QueryBox({
  entity,
  project,
  query,
  onQuery,
  queryError,
  searchRef,
  found,
  metricKeys,
}: ControlBarProps) {
  const t = useText();
  const [help, setHelp] = useState(false);
  const [open, setOpen] = useState(false);
  const [caret, setCaret] = useState(query.length);
  const [at, setAt] = useState(0);
  const list = useId();
  const fields = useMemo(
    () => [
      ...RUN_FIELDS,
      ...found.config.map((path) => `config.${path}`),
      ...found.summary.map((path) => `summary.${path}`),
      ...metricKeys.flatMap((key) => [`min.${key}`, `max.${key}`, `mean.${key}`]),
    ],
    [found, metricKeys],
  );
  // which field's values are wanted is known before they are here
  const field = open ? (complete(query, caret, fields)?.field ?? null) : null;
  const values = useValues(entity, project, field, fields);
  const offer = open ? complete(query, caret, fields, () => values) : null;
  const options = offer?.options ?? [];
  const choose = (option: string) => {
    if (!offer) return;
    const next = completed(query, offer, option);
    onQuery(next.text);
    setCaret(next.caret);
    setAt(0);
    requestAnimationFrame(() => {
      const input = searchRef.current;
      input?.focus();
      input?.setSelectionRange(next.caret, next.caret);
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (open && options.length > 0) setOpen(false);
      else event.currentTarget.blur();
    } else if (event.key === "Enter" || event.key === "Tab") {
      const option = options[Math.min(at, options.length - 1)];
      // Enter leaves a text alone that is whole; Tab always takes what is offered, where something was begun
      const begun = offer !== null && offer.to > offer.from;
      if (option !== undefined && (event.key === "Tab" ? begun || at > 0 : begun)) {
        event.preventDefault();
        choose(option);
      } else if (event.key === "Enter") setOpen(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length > 0) {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    }
  };
  const note = () => {
    const place = searchRef.current?.selectionStart;
    if (typeof place === "number") setCaret(place);
  };
  return (
    <div
      className="runs-query"
      onKeyUp={note}
      onClick={note}
      onFocus={(event) => {
        if (event.target !== searchRef.current) return;
        setOpen(true);
        note();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
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
              onChange={(text) => {
                onQuery(text);
                setOpen(true);
                setAt(0);
                const place = searchRef.current?.selectionStart;
                setCaret(typeof place === "number" ? place : text.length);
              }}
              placeholder={t.runs.query}
              invalid={queryError !== null}
              inputRef={searchRef}
              onKeyDown={onKeyDown}
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
              ...metricKeys.slice(0, 2).flatMap((key) => [`min.${key}`, `max.${key}`, `mean.${key}`]),
            ].join("  ")}
          </p>
        </div>
      </Popover>
      <div className="runs-under">
        {open && !help && options.length > 0 && (
          <div className="runs-complete" role="listbox" id={list} aria-label={t.runs.completions}>
            {options.map((option, place) => (
              <button
                key={option}
                type="button"
                role="option"
                aria-selected={place === at}
                tabIndex={-1}
                className="mono"
                // the text keeps the caret
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
              >
                <span className="cut grow">{option}</span>
                <span className="ui-menu-hint">{offer && t.runs.completes[offer.kind]}</span>
              </button>
            ))}
          </div>
        )}
        {queryError && <QueryError query={query} error={queryError} />}
      </div>
    </div>
  );
}

/** The values that runs have in a field, the usual ones first. */
function useValues(
  entity: string,
  project: string,
  field: string | null,
  fields: readonly string[],
): readonly string[] {
  const known = field !== null && fields.includes(field);
  const found = useQuery({
    ...groupsQuery(entity, project, { by: [field ?? ""], sort: [{ how: "runs", descending: true }], limit: VALUES }),
    enabled: known,
    staleTime: 30_000,
  });
  return useMemo(
    () =>
      (known ? (found.data?.groups ?? []) : []).flatMap(({ values: [value] }) =>
        value === null || value === undefined || value === "" || typeof value === "object" ? [] : [String(value)],
      ),
    [known, found.data],
  );
}

const EXAMPLES = [
  'state = "finished" and summary.loss < 0.5',
  'config.optimizer in ("adam", "sgd")',
  'name contains "base" or tags contains "best"',
  "not (config.lr > 0.1)",
  "min.loss < 0.2 and config.seed exists",
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

export function asQueryError(error: unknown, query: string): ApiError | null {
  return query.trim() !== "" && isApiError(error) && error.kind === "Rejected" ? error : null;
}
