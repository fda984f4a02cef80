/** Settings: my keys, how the page looks. */
import { Link, useParams } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiKeys, useMakeApiKey, useRevokeApiKey } from "@/api/keys";
import { useSignOut, useViewer } from "@/api/session";
import type { ApiKey, NewApiKey } from "@/api/types";
import { type Density, setDensity, useDensity } from "@/theme/density";
import { chooseTheme, type ThemeChoice, useThemeChoice } from "@/theme/theme";
import {
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  errorMessage,
  Icon,
  Segmented,
  Skeleton,
  Snippet,
  TextInput,
  toast,
} from "@/ui";
import { LANGUAGES, setLanguage, useLanguage, useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { serverAddress } from "../parts/Empty";
import { Teams } from "./Teams";
import "../parts/parts.css";
import "./settings.css";

export function SettingsPage() {
  const t = useText();
  const { part } = useParams({ strict: false });
  const viewer = useViewer();
  return (
    <div className="page">
      <div className="page-in settings">
        <nav className="settings-nav" aria-label={t.settings.title}>
          <h1>{t.settings.title}</h1>
          <Link to="/settings/$part" params={{ part: "keys" }} activeProps={{ className: "on" }}>
            <Icon name="key" /> {t.settings.keys}
          </Link>
          <Link to="/settings/$part" params={{ part: "appearance" }} activeProps={{ className: "on" }}>
            <Icon name="palette" /> {t.settings.appearance}
          </Link>
          <Link to="/settings/$part" params={{ part: "teams" }} activeProps={{ className: "on" }}>
            <Icon name="users" /> {t.teams.teams}
          </Link>
          {viewer.data && <p className="t3">{t.settings.version(viewer.data.server_version)}</p>}
        </nav>
        <div className="settings-main">
          {part === "appearance" ? <Appearance /> : part === "teams" ? <Teams /> : <Keys />}
        </div>
      </div>
    </div>
  );
}

function Keys() {
  const t = useText();
  const keys = useApiKeys();
  const make = useMakeApiKey();
  const revoke = useRevokeApiKey();
  const [label, setLabel] = useState("");
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [going, setGoing] = useState<ApiKey | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(label.trim(), {
      onSuccess: (key) => {
        setMade(key);
        setLabel("");
      },
      onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    });
  };
  return (
    <>
      <section className="ui-card">
        <header className="ui-card-head">
          <h2>{t.settings.keys}</h2>
          {keys.data && <span className="ui-count">{keys.data.length}</span>}
        </header>
        <div className="settings-intro">
          <p className="t2">{t.settings.keysAbout}</p>
          <form className="settings-new" onSubmit={submit}>
            <TextInput
              value={label}
              onChange={(event) => setLabel(event.target.value)}
              placeholder={t.settings.labelPlaceholder}
              aria-label={t.settings.label}
              maxLength={100}
            />
            <Button type="submit" variant="primary" icon="plus" busy={make.isPending}>
              {t.settings.make}
            </Button>
          </form>
        </div>
        {keys.isPending ? (
          <Skeleton rows={3} height={16} />
        ) : keys.isError ? (
          <ErrorState error={keys.error} onRetry={() => void keys.refetch()} inline />
        ) : keys.data.length === 0 ? (
          <EmptyState icon="key" title={t.settings.noKeys}>
            {t.settings.noKeysWhy}
          </EmptyState>
        ) : (
          <table className="plain-table">
            <thead>
              <tr>
                <th>{t.settings.key}</th>
                <th>{t.settings.label}</th>
                <th>{t.settings.created}</th>
                <th>{t.settings.used}</th>
                <th aria-label={t.settings.revoke} />
              </tr>
            </thead>
            <tbody>
              {keys.data.map((key) => (
                <tr key={key.id}>
                  <td className="mono">{key.prefix}…</td>
                  <td>{key.label || <span className="t3">{t.settings.unnamed}</span>}</td>
                  <td className="t2">
                    <Ago time={key.created_at} />
                  </td>
                  <td className="t2">{key.used_at === null ? t.settings.never : <Ago time={key.used_at} />}</td>
                  <td className="end">
                    <Button variant="bare" icon="trash" onClick={() => setGoing(key)}>
                      {t.settings.revoke}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <Dialog
        open={made !== null}
        onOpenChange={(open) => !open && setMade(null)}
        title={t.settings.madeTitle}
        description={t.settings.madeAbout}
        width={520}
      >
        {made && (
          <div>
            <Snippet code={made.secret} />
            <Snippet label={t.settings.madeLogin} code={`gnomon login ${made.secret} --host ${serverAddress()}`} />
          </div>
        )}
      </Dialog>
      <Dialog
        open={going !== null}
        onOpenChange={(open) => !open && setGoing(null)}
        title={t.settings.revokeTitle}
        description={going && t.settings.revokeAbout(going.prefix)}
        footer={
          <>
            <Button onClick={() => setGoing(null)}>{t.common.cancel}</Button>
            <Button
              variant="danger"
              busy={revoke.isPending}
              onClick={() =>
                going &&
                revoke.mutate(going.id, {
                  onSuccess: () => {
                    setGoing(null);
                    toast(t.settings.revoked);
                  },
                  onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
                })
              }
            >
              {t.settings.revoke}
            </Button>
          </>
        }
      />
    </>
  );
}

function Row({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <div className="settings-row">
      <div className="grow">
        <b>{title}</b>
        {about && <p className="t3">{about}</p>}
      </div>
      {children}
    </div>
  );
}

function Appearance() {
  const t = useText();
  const theme = useThemeChoice();
  const language = useLanguage();
  const density = useDensity();
  const viewer = useViewer();
  const signOut = useSignOut();
  return (
    <>
      <section className="ui-card">
        <header className="ui-card-head">
          <h2>{t.settings.appearance}</h2>
        </header>
        <Row title={t.settings.theme} about={t.settings.themeAbout}>
          <Segmented
            label={t.settings.theme}
            value={theme}
            options={(["system", "light", "dark"] as const).map((id: ThemeChoice) => ({
              id,
              name: (
                <>
                  <Icon name={({ system: "system", light: "sun", dark: "moon" } as const)[id]} small />
                  {t.settings.themes[id]}
                </>
              ),
            }))}
            onChange={chooseTheme}
          />
        </Row>
        <Row title={t.settings.language} about={t.settings.languageAbout}>
          <Segmented label={t.settings.language} value={language} options={LANGUAGES} onChange={setLanguage} />
        </Row>
        <Row title={t.settings.density} about={t.settings.densityAbout}>
          <Segmented
            label={t.settings.density}
            value={density}
            options={(["compact", "regular", "relaxed"] as const).map((id: Density) => ({
              id,
              name: t.settings.densities[id],
            }))}
            onChange={setDensity}
          />
        </Row>
      </section>
      {viewer.data && (
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.settings.account}</h2>
          </header>
          <Row title={t.settings.signedInAs(viewer.data.user.name)}>
            <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
              {t.settings.signOut}
            </Button>
          </Row>
        </section>
      )}
    </>
  );
}
