/** Settings of one project: its name, who sees it, how to log to it and take it home, and its end. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { askJson, at } from "@/api/client";
import { projectsQuery, useEditProject, useProject } from "@/api/projects";
import { useViewer } from "@/api/session";
import { useTeam } from "@/api/teams";
import type { Project } from "@/api/types";
import { Button, Dialog, ErrorState, errorMessage, Field, Skeleton, Snippet, TextInput, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { date } from "@/ui/times";
import { serverAddress } from "../parts/Empty";
import { QueryState } from "../parts/QueryState";
import "../parts/parts.css";
import "./settings.css";

export function ProjectSettingsPage() {
  const { entity = "", project = "" } = useParams({ strict: false });
  const about = useProject(entity, project);
  if (!about.isSuccess) return <QueryState query={about} icon="gear" />;
  return <ProjectSettings key={`${entity}/${project}`} project={about.data} />;
}

function ProjectSettings({ project }: { project: Project }) {
  const t = useText().projectSettings;
  return (
    <main className="page">
      <div className="page-in project-settings">
        <header className="page-head">
          <h1>{t.title(project.name)}</h1>
          <span className="t3">{t.facts(count(project.runs), date(project.created_at))}</span>
        </header>
        <Name project={project} />
        <Access project={project} />
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.log}</h2>
          </header>
          <div className="settings-intro">
            <p className="t2">{t.logAbout}</p>
            <Snippet
              label={t.terminal}
              code={`export GNOMON_BASE_URL=${serverAddress()}\nexport GNOMON_ENTITY=${project.entity}\nexport GNOMON_PROJECT=${project.name}\ngnomon login`}
            />
          </div>
        </section>
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.keep}</h2>
          </header>
          <div className="settings-intro">
            <p className="t2">{t.keepAbout}</p>
            <Snippet
              label={t.terminal}
              code={`gnomon export ${project.entity}/${project.name}           # ${t.keepNumbers}\ngnomon pull ${project.entity}/${project.name}/RUN --root RUN  # ${t.keepFiles}`}
            />
          </div>
        </section>
        <End project={project} />
      </div>
    </main>
  );
}

const NAME = /^[^/\\#?%:]{1,128}$/;

function Name({ project }: { project: Project }) {
  const words = useText();
  const t = words.projectSettings;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const edit = useEditProject(project.entity, project.name);
  const [name, setName] = useState(project.name);
  const wanted = name.trim();
  const changed = wanted !== project.name;
  const wrong = changed && !NAME.test(wanted);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!changed || wrong) return;
    edit.mutate(
      { name: wanted },
      {
        onSuccess: (after) => {
          void cache.invalidateQueries({ queryKey: projectsQuery.queryKey });
          toast(t.renamed(after.name));
          void navigate({
            to: "/$entity/$project/settings",
            params: { entity: after.entity, project: after.name },
            replace: true,
          });
        },
        onError: (error) => toast(errorMessage(error, words.common.errors), { kind: "failed" }),
      },
    );
  };
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.name}</h2>
      </header>
      <form className="settings-intro" onSubmit={submit}>
        <p className="t2">{t.nameAbout}</p>
        <div className="settings-new">
          <TextInput
            aria-label={t.name}
            aria-invalid={wrong}
            value={name}
            onChange={(event) => setName(event.target.value)}
            maxLength={128}
          />
          <Button type="submit" variant="primary" disabled={!changed || wrong} busy={edit.isPending}>
            {t.rename}
          </Button>
        </div>
        {wrong && (
          <p className="ui-field-error" role="alert">
            {t.nameWrong}
          </p>
        )}
      </form>
    </section>
  );
}

function Access({ project }: { project: Project }) {
  const t = useText().projectSettings;
  const viewer = useViewer();
  const own = viewer.data?.user.name === project.entity;
  const team = useTeam(project.entity, viewer.isSuccess && !own);
  const members = Object.entries(team.data?.members ?? {});
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.access}</h2>
        {members.length > 0 && <span className="ui-count">{members.length}</span>}
      </header>
      {own || team.isError ? (
        <p className="settings-text t2">{own ? t.accessOwn : t.accessOf(project.entity)}</p>
      ) : team.isPending ? (
        <Skeleton rows={2} height={16} />
      ) : (
        <>
          <p className="settings-text t2">{t.accessTeam(project.entity)}</p>
          <table className="plain-table">
            <thead>
              <tr>
                <th>{t.member}</th>
                <th>{t.role}</th>
              </tr>
            </thead>
            <tbody>
              {members.map(([name, role]) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td className="t2">{t.roles[role as keyof typeof t.roles] ?? role}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function End({ project }: { project: Project }) {
  const words = useText();
  const t = words.projectSettings;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = () => {
    setBusy(true);
    setError(null);
    askJson<void>(at("projects", project.entity, project.name), { method: "DELETE" })
      .then(async () => {
        await navigate({ to: "/$entity", params: { entity: project.entity } });
        await cache.invalidateQueries({ queryKey: projectsQuery.queryKey });
        toast(t.deleted(project.name));
      })
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <section className="ui-card settings-danger">
      <header className="ui-card-head">
        <h2>{t.end}</h2>
      </header>
      <div className="settings-row">
        <div className="grow">
          <b>{t.deleteTitle}</b>
          <p className="t3">{t.deleteAbout}</p>
        </div>
        <Button variant="danger" icon="trash" onClick={() => setAsking(true)}>
          {t.delete}
        </Button>
      </div>
      <Dialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          setTyped("");
          setError(null);
        }}
        title={t.deleteAsk(project.name)}
        description={t.deleteWhat(count(project.runs))}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{words.common.cancel}</Button>
            <Button variant="danger" busy={busy} disabled={typed !== project.name} onClick={remove}>
              {t.delete}
            </Button>
          </>
        }
      >
        <Field label={t.typeName(project.name)}>
          {(id) => (
            <TextInput id={id} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
          )}
        </Field>
        {error !== null && <ErrorState error={error} inline />}
      </Dialog>
    </section>
  );
}
