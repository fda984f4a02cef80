"""Sweeps, agents and the runs thought out for them: rows, and what is asked about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, and_, delete, exists, func, insert, or_, select, type_coerce, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.database import Change, note
from gnomon.server.storage.tables.schema import (
    entities,
    projects,
    runs,
    sweep_agents,
    sweep_runs,
    sweeps,
    users,
)
from gnomon.server.storage.tables.types import JsonText

MOST_NAMED = 500
"""More runs are not asked for one by one."""


@dataclass(frozen=True, slots=True)
class SweepRow:
    """A sweep with the names of what it belongs to."""

    key: int
    project: int
    id: str
    name: str
    description: str
    config: str
    state: str
    user: str
    controller: str
    scheduled: dict[str, str]
    """The id of the run that was made for each entry a local controller asked for."""
    drained: bool
    created_at: float
    updated_at: float
    deleted_at: float | None
    project_name: str
    entity: str


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent; `user` is the key of whose key it holds."""

    key: int
    sweep: int
    id: str
    host: str
    user: int
    user_name: str
    state: str
    created_at: float
    heartbeat_at: float


@dataclass(frozen=True, slots=True)
class RunOfSweep:
    """A run of a sweep, as far as giving it out is concerned."""

    key: int
    id: str
    name: str
    number: int
    colour: int | None
    state: str
    created_at: float
    updated_at: float
    finished_at: float | None
    stop_asked_at: float | None
    thought_out: bool
    """Whether it was made for the sweep; others belong to it, but were begun by hand."""
    agent: int | None
    issued_at: float | None
    issues: int


_sweeps = (
    select(
        sweeps.c.key,
        sweeps.c.project,
        sweeps.c.id,
        sweeps.c.name,
        sweeps.c.description,
        sweeps.c.config,
        sweeps.c.state,
        users.c.name.label("user_name"),
        sweeps.c.controller,
        sweeps.c.scheduled,
        sweeps.c.drained,
        sweeps.c.created_at,
        sweeps.c.updated_at,
        sweeps.c.deleted_at,
        projects.c.name.label("project_name"),
        entities.c.name.label("entity_name"),
    )
    .join(users, users.c.key == sweeps.c.user)
    .join(projects, projects.c.key == sweeps.c.project)
    .join(entities, entities.c.key == projects.c.entity)
)
_agents = select(
    sweep_agents.c.key,
    sweep_agents.c.sweep,
    sweep_agents.c.id,
    sweep_agents.c.host,
    sweep_agents.c.user,
    users.c.name.label("user_name"),
    sweep_agents.c.state,
    sweep_agents.c.created_at,
    sweep_agents.c.heartbeat_at,
).join(users, users.c.key == sweep_agents.c.user)
_runs = (
    select(
        runs.c.key,
        runs.c.id,
        runs.c.name,
        runs.c.number,
        runs.c.colour,
        runs.c.state,
        runs.c.created_at,
        runs.c.updated_at,
        runs.c.finished_at,
        runs.c.stop_asked_at,
        sweep_runs.c.run.is_not(None),
        sweep_runs.c.agent,
        sweep_runs.c.issued_at,
        func.coalesce(sweep_runs.c.issues, 0),
    )
    .outerjoin(sweep_runs, and_(sweep_runs.c.run == runs.c.key, sweep_runs.c.sweep == runs.c.sweep))
    .where(runs.c.deleted_at.is_(None))
    .order_by(runs.c.key)
)


def add(conn: Connection, project: int, id: str, *, user: int, config: str, now: float, **values: Any) -> int:
    """A new sweep; its key is returned. Raises IntegrityError where the project has the id already."""
    given = {"state": "PENDING", "created_at": now, "updated_at": now, **values}
    result = conn.execute(insert(sweeps).values(project=project, id=id, user=user, config=config, **given))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def find(conn: Connection, project: int, id: str) -> SweepRow | None:
    """The sweep of this id, unless it was deleted."""
    query = _sweeps.where(sweeps.c.project == project, sweeps.c.id == id, sweeps.c.deleted_at.is_(None))
    row = conn.execute(query).first()
    return SweepRow(*row) if row else None


def by_key(conn: Connection, key: int) -> SweepRow | None:
    """The sweep, be it deleted."""
    row = conn.execute(_sweeps.where(sweeps.c.key == key)).first()
    return SweepRow(*row) if row else None


def ids_by_key(conn: Connection, keys: Sequence[int]) -> dict[int, str]:
    """The ids of sweeps, deleted ones too."""
    found: dict[int, str] = {}
    for start in range(0, len(keys), 500):
        query = select(sweeps.c.key, sweeps.c.id).where(sweeps.c.key.in_(keys[start : start + 500]))
        found.update((key, id) for key, id in conn.execute(query))
    return found


def owner(conn: Connection, key: int) -> int:
    """The key of the user who made a sweep."""
    return int(conn.execute(select(sweeps.c.user).where(sweeps.c.key == key)).scalar_one())


def of_project(conn: Connection, project: int) -> list[SweepRow]:
    """The sweeps of a project that are not deleted, the newest first."""
    query = _sweeps.where(sweeps.c.project == project, sweeps.c.deleted_at.is_(None)).order_by(sweeps.c.key.desc())
    return [SweepRow(*row) for row in conn.execute(query)]


def change(conn: Connection, key: int, **values: Any) -> None:
    """Set columns of a sweep."""
    conn.execute(update(sweeps).where(sweeps.c.key == key).values(**values))


def add_agent(conn: Connection, sweep: int, id: str, *, user: int, host: str, now: float) -> int:
    given = {"state": "RUNNING", "created_at": now, "heartbeat_at": now}
    result = conn.execute(insert(sweep_agents).values(sweep=sweep, id=id, user=user, host=host, **given))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def agent(conn: Connection, key: int) -> AgentRow | None:
    row = conn.execute(_agents.where(sweep_agents.c.key == key)).first()
    return AgentRow(*row) if row else None


def find_agent(conn: Connection, sweep: int, id: str) -> AgentRow | None:
    """The agent of this id, of this sweep."""
    row = conn.execute(_agents.where(sweep_agents.c.sweep == sweep, sweep_agents.c.id == id)).first()
    return AgentRow(*row) if row else None


def agents_of(conn: Connection, sweep: int) -> list[AgentRow]:
    """The agents of a sweep, in the order in which they came."""
    query = _agents.where(sweep_agents.c.sweep == sweep).order_by(sweep_agents.c.key)
    return [AgentRow(*row) for row in conn.execute(query)]


def silent_agents(conn: Connection, silent_since: float, since: float, sweep: int | None = None) -> list[AgentRow]:
    """Agents not heard of between two times: those that were to go on, and lost ones whose runs may go on without."""
    left = exists().where(
        sweep_runs.c.agent == sweep_agents.c.key, runs.c.key == sweep_runs.c.run, runs.c.deleted_at.is_(None),
        or_(runs.c.finished_at.is_(None), runs.c.state == "crashed"),
    )  # fmt: skip
    at = sweep_agents.c.heartbeat_at
    lost = and_(sweep_agents.c.state == "LOST", at > since, left)
    query = _agents.where(at < silent_since, or_(sweep_agents.c.state == "RUNNING", lost))
    if sweep is not None:
        query = query.where(sweep_agents.c.sweep == sweep)
    return [AgentRow(*row) for row in conn.execute(query)]


def unattended(conn: Connection) -> list[SweepRow]:
    """Sweeps that go on and that no agent works on."""
    at_work = exists().where(sweep_agents.c.sweep == sweeps.c.key, sweep_agents.c.state == "RUNNING")
    query = _sweeps.where(sweeps.c.state == "RUNNING", sweeps.c.deleted_at.is_(None), ~at_work)
    return [SweepRow(*row) for row in conn.execute(query)]


def change_agent(conn: Connection, key: int, **values: Any) -> None:
    conn.execute(update(sweep_agents).where(sweep_agents.c.key == key).values(**values))


def runs_of(conn: Connection, sweep: int) -> list[RunOfSweep]:
    """The runs of a sweep that are not deleted, in the order in which they were made."""
    return [RunOfSweep(*row) for row in conn.execute(_runs.where(runs.c.sweep == sweep))]


def count_thought_out(conn: Connection, sweep: int) -> int:
    """How many runs were made for a sweep, without those that were deleted."""
    query = select(func.count()).select_from(sweep_runs).join(runs, runs.c.key == sweep_runs.c.run)
    return int(conn.execute(query.where(sweep_runs.c.sweep == sweep, runs.c.deleted_at.is_(None))).scalar_one())


def runs_of_agent(conn: Connection, agent: int) -> list[RunOfSweep]:
    """The runs that an agent was given last, in the order in which they were made."""
    return [RunOfSweep(*row) for row in conn.execute(_runs.where(sweep_runs.c.agent == agent))]


def runs_in_hand(conn: Connection, sweep: int, agent: int, ids: Collection[str]) -> list[RunOfSweep]:
    """Those runs of a sweep that an agent was given last, or that have one of these ids."""
    had = conn.execute(select(sweep_runs.c.run).where(sweep_runs.c.agent == agent)).scalars()
    project = select(sweeps.c.project).where(sweeps.c.key == sweep).scalar_subquery()
    named = select(runs.c.key).where(runs.c.project == project, runs.c.id.in_(list(ids)[:1000]))
    keys = {*had, *conn.execute(named).scalars()}
    found = (RunOfSweep(*row) for row in conn.execute(_runs.where(runs.c.key.in_(keys), runs.c.sweep == sweep)))
    return list(found)


def unbegun_of_ended(conn: Connection) -> list[tuple[int, RunOfSweep]]:
    """Runs of sweeps that are over, which wait for an agent or are with one that is gone; and their projects."""
    query = (
        _runs.add_columns(runs.c.project)
        .join(sweeps, sweeps.c.key == runs.c.sweep)
        .outerjoin(sweep_agents, sweep_agents.c.key == sweep_runs.c.agent)
        .where(
            runs.c.state == "pending",
            sweeps.c.state.in_(("FINISHED", "CANCELED")),
            sweep_runs.c.run.is_not(None),
            func.coalesce(sweep_agents.c.state, "") != "RUNNING",
        )
    )
    return [(row[-1], RunOfSweep(*row[:-1])) for row in conn.execute(query)]


def facts(
    conn: Connection, sweep: int, keys: Collection[int] | None = None
) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """Config and summary of each run of a sweep that is not deleted; of one made for it, the config that was meant.

    With `keys` only those runs.
    """
    meant = func.coalesce(type_coerce(sweep_runs.c.args, Text), type_coerce(runs.c.config, Text))
    query = select(runs.c.key, type_coerce(meant, JsonText()), runs.c.summary)
    query = query.outerjoin(sweep_runs, and_(sweep_runs.c.run == runs.c.key, sweep_runs.c.sweep == runs.c.sweep))
    query = query.where(runs.c.sweep == sweep, runs.c.deleted_at.is_(None))
    if keys is None or len(keys) > MOST_NAMED:
        found = conn.execute(query).all()
    else:
        found = conn.execute(query.where(runs.c.key.in_(keys))).all() if keys else []
    return {key: (config, summary) for key, config, summary in found if keys is None or key in keys}


def args_of(conn: Connection, run: int) -> dict[str, Any]:
    """The config that a run was thought out with."""
    found: dict[str, Any] = conn.execute(select(sweep_runs.c.args).where(sweep_runs.c.run == run)).scalar_one()
    return found


def add_run(conn: Connection, run: int, sweep: int, args: dict[str, Any]) -> None:
    """Put a run that was thought out for a sweep among those that wait for an agent."""
    conn.execute(insert(sweep_runs).values(run=run, sweep=sweep, args=args))


def issue(conn: Connection, run: int, agent: int, now: float) -> None:
    """Give a run to an agent."""
    values = {"agent": agent, "issued_at": now, "issues": sweep_runs.c.issues + 1}
    conn.execute(update(sweep_runs).where(sweep_runs.c.run == run).values(**values))


def claim(conn: Connection, run: int, agent: int, now: float) -> None:
    """Note that an agent has a run, which it was given before."""
    conn.execute(update(sweep_runs).where(sweep_runs.c.run == run).values(agent=agent, issued_at=now))


def release(conn: Connection, run: int) -> None:
    """Take a run back from its agent: it waits for another."""
    conn.execute(update(sweep_runs).where(sweep_runs.c.run == run).values(agent=None, issued_at=None))


def forget_run(conn: Connection, run: int) -> None:
    """Forget what a run that was deleted was thought out with; that it belonged to a sweep stays."""
    conn.execute(delete(sweep_runs).where(sweep_runs.c.run == run))


def adopt(conn: Connection, project: int, sweep: int, ids: Sequence[str]) -> int:
    """Let runs of a project that belong to no sweep belong to this one; how many did."""
    found = list(
        conn.execute(
            select(runs.c.key).where(
                runs.c.project == project, runs.c.id.in_(ids), runs.c.sweep.is_(None), runs.c.deleted_at.is_(None)
            )
        ).scalars()
    )
    for key in found:
        conn.execute(update(runs).where(runs.c.key == key).values(sweep=sweep))
        note(conn, Change("runs", project, key))
    return len(found)
