/** A table in a place that has no address of its own: what one does with it is forgotten with the place. */
import { lazy, type ReactNode, Suspense, useCallback, useState } from "react";
import type { AddressOf } from "@/media/source";
import { Button } from "@/ui";
import { useText } from "@/ui/text";
import { Answered } from "./Answered";
import { uniqueNames } from "./columns";
import { Explorer } from "./Explorer";
import { type Look, PLAIN } from "./look";
import { type TableSource, useSql } from "./source";
import type { Table } from "./table";

const SqlBox = lazy(() => import("./SqlBox"));

export interface TableViewProps {
  table: Table;
  addressOf: AddressOf;
  source: TableSource;
  /** What files of it are called. */
  name: string;
  compact?: boolean;
  after?: ReactNode;
}

export function TableView(props: TableViewProps) {
  const { table, source, compact, after } = props;
  const t = useText().tables;
  const [look, setLook] = useState<Look>(PLAIN);
  const change = useCallback((part: Partial<Look>) => setLook((old) => ({ ...old, ...part })), []);
  const [asking, setAsking] = useState(false);
  const [sql, setSql] = useState("");
  const answer = useSql(source, null, sql);
  const answered = sql && answer.data ? answer.data : null;
  if (compact || !source.files) return <Explorer {...props} look={look} change={change} />;
  return (
    <Explorer
      {...props}
      table={answered ?? table}
      look={look}
      change={change}
      told={sql ? { sql } : {}}
      after={
        <>
          <Button icon="code" aria-pressed={asking} onClick={() => setAsking(!asking)}>
            {t.sql}
          </Button>
          {after}
        </>
      }
      below={
        <>
          {asking && (
            <Suspense fallback={<div className="tb-sql" />}>
              <SqlBox
                query={sql}
                onRun={setSql}
                schema={{ t: uniqueNames(table.columns) }}
                busy={answer.isFetching}
                error={answer.error}
              />
            </Suspense>
          )}
          {answered && <Answered rows={answered.rows.length} onBack={() => setSql("")} />}
        </>
      }
    />
  );
}
