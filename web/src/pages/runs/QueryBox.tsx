/** The query over the table, with help, and with the place marked where it cannot be read. */
import { useState } from "react";
import { type ApiError, isApiError } from "@/api/client";
import { RUN_FIELDS } from "@/api/types";
import { IconButton, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import type { ControlBarProps } from "./ControlBar";
import { errorPosition } from "./filters";

export function QueryBox({ query, onQuery, queryError, searchRef, found }: ControlBarProps) {
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

export function asQueryError(error: unknown, query: string): ApiError | null {
  return query.trim() !== "" && isApiError(error) && error.kind === "Rejected" ? error : null;
}
