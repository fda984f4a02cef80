/** Who belongs to a team and what each may do; its admins take people in, change roles and take them out. */
import { type FormEvent, useState } from "react";
import { useViewer } from "@/api/session";
import { ROLES, type TeamRole, useDropMember, useSetMember, useTeam, useUsers } from "@/api/teams";
import { Button, Dialog, errorMessage, IconButton, TextInput, toast } from "@/ui";
import { useText } from "@/ui/text";

export function Members({ entity }: { entity: string }) {
  const t = useText();
  const viewer = useViewer();
  const me = viewer.data?.user;
  const team = useTeam(entity, me !== undefined && me.name !== entity);
  const change = useSetMember(entity);
  const drop = useDropMember(entity);
  const [going, setGoing] = useState<string | null>(null);
  const failed = (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" });
  if (!me || !team.data) return null;
  const members = Object.entries(team.data.members).sort(([a], [b]) => a.localeCompare(b));
  const manages = me.admin || team.data.members[me.name] === "admin";
  return (
    <section className="ui-card" aria-label={t.teams.members}>
      <header className="ui-card-head">
        <h2>{t.teams.members}</h2>
        <span className="ui-count">{members.length}</span>
      </header>
      <ul className="overview-members">
        {members.map(([name, role]) => (
          <li key={name}>
            <span className="overview-face">{name.slice(0, 2).toUpperCase()}</span>
            <span className="grow cut" title={name}>
              {name}
              {name === me.name && <span className="t3"> · {t.teams.you}</span>}
            </span>
            {manages ? (
              <>
                <select
                  className="ui-input"
                  value={role}
                  aria-label={t.teams.roleOf(name)}
                  onChange={(event) =>
                    change.mutate({ user: name, role: event.target.value as TeamRole }, { onError: failed })
                  }
                >
                  {ROLES.map((each) => (
                    <option key={each} value={each}>
                      {t.teams.roles[each]}
                    </option>
                  ))}
                </select>
                <IconButton icon="trash" small label={t.teams.takeOut(name)} onClick={() => setGoing(name)} />
              </>
            ) : (
              <span className="t3">{t.teams.roles[role as TeamRole] ?? role}</span>
            )}
          </li>
        ))}
      </ul>
      {manages && (
        <TakeIn
          known={new Set(members.map(([name]) => name))}
          busy={change.isPending}
          onTake={(user, done) => change.mutate({ user, role: "member" }, { onError: failed, onSuccess: () => done() })}
        />
      )}
      <p className="overview-roles t3">{t.teams.rolesAbout}</p>
      <Dialog
        open={going !== null}
        onOpenChange={(open) => !open && setGoing(null)}
        title={t.teams.takeOut(going ?? "")}
        description={t.teams.takeOutAbout}
        footer={
          <>
            <Button onClick={() => setGoing(null)}>{t.common.cancel}</Button>
            <Button
              variant="danger"
              busy={drop.isPending}
              onClick={() => going && drop.mutate(going, { onError: failed, onSuccess: () => setGoing(null) })}
            >
              {t.teams.out}
            </Button>
          </>
        }
      />
    </section>
  );
}

interface TakeInProps {
  known: ReadonlySet<string>;
  busy: boolean;
  onTake: (user: string, done: () => void) => void;
}

function TakeIn({ known, busy, onTake }: TakeInProps) {
  const t = useText().teams;
  const [name, setName] = useState("");
  const users = useUsers("", true);
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) onTake(name.trim(), () => setName(""));
  };
  return (
    <form className="overview-take" onSubmit={go}>
      <TextInput
        list="team-users"
        value={name}
        placeholder={t.userName}
        aria-label={t.userName}
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setName(event.target.value)}
      />
      <datalist id="team-users">
        {(users.data ?? [])
          .filter((user) => !known.has(user.name))
          .map((user) => (
            <option key={user.name} value={user.name} />
          ))}
      </datalist>
      <Button type="submit" icon="plus" busy={busy} disabled={!name.trim()}>
        {t.takeIn}
      </Button>
    </form>
  );
}
