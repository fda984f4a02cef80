/** Reports of a project: the list, the reading of one, the writing of one. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { deleteReport, reportsKey, useReport, useReports, writeReport } from "@/api/reports";
import type { Report, ReportInfo } from "@/api/types";
import { useKeys } from "@/frame/keys";
import { printLight } from "@/theme/theme";
import { Button, copyText, Dialog, EmptyState, Icon, IconButton, Menu, Snippet, toast } from "@/ui";
import { errorMessage } from "@/ui/feedback";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { QueryState } from "../parts/QueryState";
import { Waiting } from "../parts/Waiting";
import { idOf, slugOf } from "./address";
import { Contents } from "./Contents";
import { readDocument } from "./document";
import { PartView } from "./PartView";
import "../parts/parts.css";
import "./reports.css";

const Editor = lazy(() => import("./Editor"));

type Params = Record<string, string | undefined>;

export function ReportsPage() {
  const t = useText();
  const { entity = "", project = "" } = useParams({ strict: false }) as Params;
  const reports = useReports(entity, project);
  const begin = useNewReport(entity, project);
  if (!reports.isSuccess) return <QueryState query={reports} icon="note" />;
  const button = (
    <Button variant="primary" icon="plus" busy={begin.busy} onClick={begin.run}>
      {t.reports.begin}
    </Button>
  );
  if (reports.data.length === 0)
    return (
      <EmptyState icon="note" title={t.reports.noneTitle} action={button}>
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
        <header className="page-head">
          <h1>{t.frame.reports}</h1>
          <span className="grow" />
          {button}
        </header>
        <section className="ui-card">
          {reports.data.map((report) => (
            <Row key={report.id} entity={entity} project={project} report={report} />
          ))}
        </section>
      </div>
    </main>
  );
}

/** Makes an empty draft and opens it for writing. */
function useNewReport(entity: string, project: string): { run: () => void; busy: boolean } {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    writeReport(entity, project, { title: "", draft: true, spec: {} })
      .then(async ({ info }) => {
        await cache.invalidateQueries({ queryKey: reportsKey(entity, project) });
        await navigate({
          to: "/$entity/$project/reports/$report/edit",
          params: { entity, project, report: slugOf(info) },
        });
      })
      .catch((error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" }))
      .finally(() => setBusy(false));
  };
  return { run, busy };
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

/** The report of the address, or what is said in its place. */
function useAddressed() {
  const t = useText();
  const { entity = "", project = "", report: slug = "" } = useParams({ strict: false }) as Params;
  const report = useReport(entity, project, idOf(slug));
  const instead = report.isSuccess ? null : (
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
  return { entity, project, slug, report: report.data, instead };
}

export function ReportPage() {
  const { entity, project, slug, report, instead } = useAddressed();
  if (!report) return instead;
  return <Reader entity={entity} project={project} slug={slug} report={report} />;
}

export function ReportEditPage() {
  const { entity, project, report, instead } = useAddressed();
  if (!report) return instead;
  return (
    <Suspense fallback={<Waiting />}>
      <Editor key={report.info.id} entity={entity} project={project} report={report} />
    </Suspense>
  );
}

interface ReaderProps {
  entity: string;
  project: string;
  slug: string;
  report: Report;
}

function Reader({ entity, project, slug, report }: ReaderProps) {
  const t = useText().reports;
  const navigate = useNavigate();
  const { info, spec } = report;
  const parts = useMemo(() => readDocument(spec), [spec]);
  const edit = () =>
    void navigate({ to: "/$entity/$project/reports/$report/edit", params: { entity, project, report: slug } });
  useKeys({ e: edit });
  return (
    <main className="page">
      <div className="rp-frame">
        <article className="rp">
          <header>
            <h1>{info.title || t.untitled}</h1>
            {info.description && <p className="t2">{info.description}</p>}
            <div className="rp-by t3">
              <span>
                <Icon name="user" small />
                {info.user}
              </span>
              <span>
                <Icon name="clock" small />
                <Ago time={info.updated_at} />
              </span>
              {info.draft && <span className="ui-badge">{t.draft}</span>}
              <span className="grow" />
              <span className="rp-acts">
                <Button icon="edit" onClick={edit}>
                  {t.edit}
                </Button>
                <Button icon="link" onClick={() => void copyText(window.location.href).then(() => toast(t.linkCopied))}>
                  {t.copyLink}
                </Button>
                <More entity={entity} project={project} report={info} />
              </span>
            </div>
          </header>
          {parts.length === 0 ? (
            <p className="ui-card-empty">{t.empty}</p>
          ) : (
            <div className="rp-body">
              {parts.map((part) => (
                <PartView key={part.id} part={part} entity={entity} project={project} />
              ))}
            </div>
          )}
        </article>
        <Contents parts={parts} />
      </div>
    </main>
  );
}

function More({ entity, project, report }: { entity: string; project: string; report: ReportInfo }) {
  const words = useText();
  const t = words.reports;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = () => {
    setAsking(false);
    deleteReport(entity, project, report.id)
      .then(async () => {
        await navigate({ to: "/$entity/$project/reports", params: { entity, project } });
        await cache.invalidateQueries({ queryKey: reportsKey(entity, project) });
        toast(t.deleted);
      })
      .catch((error: unknown) => toast(errorMessage(error, words.common.errors), { kind: "failed" }));
  };
  return (
    <>
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={words.workspace.bar.more} />}
        items={[
          { id: "print", icon: "file", label: t.print, onSelect: () => void printLight() },
          { id: "line", separator: true },
          { id: "delete", icon: "trash", label: t.remove, danger: true, onSelect: () => setAsking(true) },
        ]}
      />
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t.removeTitle(report.title || t.untitled)}
        description={t.removeWhy}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{words.common.cancel}</Button>
            <Button variant="danger" onClick={remove}>
              {t.remove}
            </Button>
          </>
        }
      />
    </>
  );
}
