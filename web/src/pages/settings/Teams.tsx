/** The teams one belongs to; administrators of the server make new ones. */
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useViewer } from "@/api/session";
import { type TeamRole, teamQuery, useMakeTeam } from "@/api/teams";
import { Button, EmptyState, errorMessage, Icon, Skeleton, TextInput, toast } from "@/ui";
import { useText } from "@/ui/text";

export function Teams() {
  const t = useText().teams;
  const viewer = useViewer();
  const names = viewer.data?.user.teams ?? [];
  const teams = useQueries({ queries: names.map(teamQuery) });
  if (!viewer.data) return <Skeleton rows={3} height={16} />;
  const { user } = viewer.data;
  return (
    <section className="ui-card" aria-label={t.teams}>
      <header className="ui-card-head">
        <h2>{t.teams}</h2>
        <span className="ui-count">{names.length}</span>
      </header>
      {user.admin && <MakeTeam by={user.name} />}
      {names.length === 0 ? (
        <EmptyState icon="users" title={t.none}>
          {user.admin ? t.noneAdmin : t.noneWhy}
        </EmptyState>
      ) : (
        names.map((name, at) => {
          const members = teams[at]?.data?.members;
          return (
            <Link key={name} to="/$entity" params={{ entity: name }} className="list-row settings-team">
              <Icon name="users" small />
              <b className="grow cut">{name}</b>
              <span className="t3">{members && t.count(Object.keys(members).length)}</span>
              <span className="t2">{members && t.roles[(members[user.name] ?? "viewer") as TeamRole]}</span>
            </Link>
          );
        })
      )}
    </section>
  );
}

function MakeTeam({ by }: { by: string }) {
  const t = useText();
  const make = useMakeTeam();
  const [name, setName] = useState("");
  const go = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(
      { name: name.trim(), by },
      {
        onSuccess: () => setName(""),
        onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
      },
    );
  };
  return (
    <div className="settings-intro">
      <p className="t2">{t.teams.about}</p>
      <form className="settings-new" onSubmit={go}>
        <TextInput
          value={name}
          placeholder={t.teams.teamName}
          aria-label={t.teams.teamName}
          autoCapitalize="off"
          spellCheck={false}
          maxLength={64}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" variant="primary" icon="plus" busy={make.isPending} disabled={!name.trim()}>
          {t.teams.make}
        </Button>
      </form>
    </div>
  );
}
