/** Reports of a project, and the reading of one. */
import { Link, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useReport, useReports } from "@/api/reports";
import type { ReportInfo } from "@/api/types";
import { Button, copyText, EmptyState, Icon, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { Markdown } from "../parts/Markdown";
import { QueryState } from "../parts/QueryState";
import { idOf, slugOf } from "./address";
import { type Block, blocksOf, type Span } from "./blocks";
import "../parts/parts.css";
import "../parts/markdown.css";
import "./reports.css";

const ReportPanels = lazy(() => import("./ReportPanels"));

export function ReportsPage() {
  const t = useText();
  const { entity = "", project = "" } = useParams({ strict: false }) as Record<string, string | undefined>;
  const reports = useReports(entity, project);
  if (!reports.isSuccess) return <QueryState query={reports} icon="note" />;
  if (reports.data.length === 0)
    return (
      <EmptyState icon="note" title={t.reports.noneTitle}>
        {t.reports.noneWhy}
        <Snippet
          code={[
            "import wandb_workspaces.reports.v2 as wr",
            "",
            `report = wr.Report("${entity}/${project}", title="What we found")`,
            'report.blocks = [wr.H1("Results"), wr.P("The loss fell.")]',
            "report.save()",
          ].join("\n")}
        />
      </EmptyState>
    );
  return (
    <main className="page">
      <div className="page-in">
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.frame.reports}</h2>
            <span className="ui-count">{reports.data.length}</span>
          </header>
          {reports.data.map((report) => (
            <Row key={report.id} entity={entity} project={project} report={report} />
          ))}
        </section>
      </div>
    </main>
  );
}

function Row({ entity, project, report }: { entity: string; project: string; report: ReportInfo }) {
  const t = useText().reports;
  return (
    <Link
      className="list-row rp-row"
      to="/$entity/$project/reports/$report"
      params={{ entity, project, report: slugOf(report) }}
    >
      <Icon name="note" />
      <span className="rp-row-name">
        <b className="cut">{report.title || t.untitled}</b>
        {report.description && <span className="t3 cut">{report.description}</span>}
      </span>
      {report.draft && <span className="ui-badge">{t.draft}</span>}
      <span className="t2 rp-row-user">{report.user}</span>
      <span className="t3 rp-row-ago">
        <Ago time={report.updated_at} />
      </span>
    </Link>
  );
}

export function ReportPage() {
  const t = useText();
  const {
    entity = "",
    project = "",
    report: slug = "",
  } = useParams({ strict: false }) as Record<string, string | undefined>;
  const report = useReport(entity, project, idOf(slug));
  if (!report.isSuccess)
    return (
      <QueryState
        query={report}
        icon="note"
        missing={{
          title: t.reports.missingTitle,
          why: t.reports.missingWhy,
          back: t.reports.back,
          to: "/$entity/$project/reports",
        }}
      />
    );
  const { info, spec } = report.data;
  const blocks = blocksOf(spec);
  return (
    <main className="page">
      <article className="rp">
        <header>
          <h1>{info.title || t.reports.untitled}</h1>
          {info.description && <p className="t2">{info.description}</p>}
          <p className="rp-by t3">
            <span>
              <Icon name="user" small />
              {info.user}
            </span>
            <span>
              <Icon name="clock" small />
              <Ago time={info.updated_at} />
            </span>
            {info.draft && <span className="ui-badge">{t.reports.draft}</span>}
            <span className="grow" />
            <Button variant="bare" icon="link" onClick={() => void copyText(window.location.href)}>
              {t.reports.copyLink}
            </Button>
          </p>
        </header>
        {blocks.length === 0 ? (
          <p className="ui-card-empty">{t.reports.empty}</p>
        ) : (
          <div className="markdown rp-body">
            {blocks.map((block, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a report do not move.
              <BlockView key={place} block={block} entity={entity} project={project} />
            ))}
          </div>
        )}
      </article>
    </main>
  );
}

function BlockView({ block, entity, project }: { block: Block; entity: string; project: string }): ReactNode {
  const t = useText().reports;
  switch (block.kind) {
    case "heading":
      return block.level <= 1 ? (
        <h2>
          <Spans spans={block.spans} />
        </h2>
      ) : block.level === 2 ? (
        <h3>
          <Spans spans={block.spans} />
        </h3>
      ) : (
        <h4>
          <Spans spans={block.spans} />
        </h4>
      );
    case "paragraph":
    case "other":
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Spans spans={block.spans} />
        </blockquote>
      );
    case "note":
      return (
        <aside className="rp-note">
          <Icon name="info" small />
          <p>
            <Spans spans={block.spans} />
          </p>
        </aside>
      );
    case "list": {
      const items = block.items.map((item, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of a list do not move.
        <li key={place} className={item.checked === null ? undefined : "rp-check"}>
          {item.checked !== null && <Icon name={item.checked ? "check" : "minus"} small />}
          <Spans spans={item.spans} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "code":
      return <pre className="mono">{block.text}</pre>;
    case "markdown":
      return <Markdown text={block.text} />;
    case "math":
      return <pre className="mono rp-math">{block.text}</pre>;
    case "image":
      return /^data:image\//.test(block.address) || block.address.startsWith(window.location.origin) ? (
        <figure className="rp-image">
          <img src={block.address} alt={block.caption} loading="lazy" />
          {block.caption && <figcaption className="t3">{block.caption}</figcaption>}
        </figure>
      ) : (
        <p>
          <a className="ui-link" href={block.address} target="_blank" rel="noreferrer noopener">
            {block.caption || block.address}
          </a>
        </p>
      );
    case "line":
      return <hr />;
    case "panels":
      return (
        <>
          {block.metrics.length > 0 && (
            <Suspense fallback={null}>
              <ReportPanels entity={entity} project={project} metrics={block.metrics} />
            </Suspense>
          )}
          <Link
            className="rp-panels"
            to="/$entity/$project/workspace"
            params={{ entity, project }}
            search={(block.metrics.length > 0 ? { m: `^(${block.metrics.map(quoted).join("|")})$` } : {}) as never}
          >
            <Icon name="chart" />
            <span>
              <b>{t.panels(block.panels)}</b>
              <span className="t3 cut">{block.metrics.join(", ") || t.panelsWhy}</span>
            </span>
            <span className="ui-link">{t.openPanels}</span>
          </Link>
        </>
      );
  }
}

function quoted(key: string): string {
  return key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return (
    <>
      {spans.map((span, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move.
        <Linked key={place} span={span} />
      ))}
    </>
  );
}

/** Only web addresses and addresses of this page become links. */
function Linked({ span }: { span: Span }) {
  if (!/^(https?:\/\/|\/(?!\/))/.test(span.link)) return <Marked span={span} />;
  return (
    <a className="ui-link" href={span.link} target="_blank" rel="noreferrer noopener">
      <Marked span={span} />
    </a>
  );
}

function Marked({ span }: { span: Span }) {
  if (span.code) return <code className="mono">{span.text}</code>;
  if (span.bold) return <b>{span.text}</b>;
  return span.italic ? <i>{span.text}</i> : span.text;
}
