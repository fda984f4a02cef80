"""Runs: rows, and what is asked about them. Whatever changes a run here says so to those who listen to the tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.database import Change, note
from gnomon.server.storage.tables.projects import take_number
from gnomon.server.storage.tables.schema import entities, projects, runs, sweeps, users

LIVE = ("pending", "running", "preempting")
"""States of runs that may still change by themselves."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run with the names of what it belongs to. `summary` is what readers read, `summary_set` what the user set."""

    key: int
    project: int
    id: str
    name: str
    number: int
    state: str
    notes: str
    tags: list[str]
    group: str
    job_type: str
    host: str
    program: str
    created_at: float
    updated_at: float
    finished_at: float | None
    exit_code: int | None
    last_step: int | None
    config: dict[str, Any]
    summary: dict[str, Any]
    summary_set: dict[str, Any]
    rules: list[dict[str, Any]]
    metadata: dict[str, Any]
    edited: list[str]
    deleted_at: float | None
    cleared_at: float | None
    stop_asked_at: float | None
    user: str
    project_name: str
    entity: str
    parent: str | None
    """The id of the run it was forked from."""
    parent_step: int | None
    sweep: int | None
    """The key of the sweep that issued it."""
    client: dict[str, Any]
    """What the official client keeps in its config under `_wandb`."""
    summary_sent: dict[str, Any] | None
    """The summary as the official client sent it; then it is not derived from the rows."""
    sweep_id: str | None
    """The sweep as addresses have it."""
    colour: int | None
    """Its place in the palette, where a person chose one."""


_parents = runs.alias("parents")
_runs = (
    select(
        runs.c.key,
        runs.c.project,
        runs.c.id,
        runs.c.name,
        runs.c.number,
        runs.c.state,
        runs.c.notes,
        runs.c.tags,
        runs.c.group,
        runs.c.job_type,
        runs.c.host,
        runs.c.program,
        runs.c.created_at,
        runs.c.updated_at,
        runs.c.finished_at,
        runs.c.exit_code,
        runs.c.last_step,
        runs.c.config,
        runs.c.summary,
        runs.c.summary_set,
        runs.c.rules,
        runs.c.metadata,
        runs.c.edited,
        runs.c.deleted_at,
        runs.c.cleared_at,
        runs.c.stop_asked_at,
        users.c.name.label("user_name"),
        projects.c.name.label("project_name"),
        entities.c.name.label("entity_name"),
        _parents.c.id.label("parent_id"),
        runs.c.parent_step,
        runs.c.sweep,
        runs.c.client,
        runs.c.summary_sent,
        sweeps.c.id.label("sweep_id"),
        runs.c.colour,
    )
    .join(users, users.c.key == runs.c.user)
    .join(projects, projects.c.key == runs.c.project)
    .join(entities, entities.c.key == projects.c.entity)
    .outerjoin(_parents, _parents.c.key == runs.c.parent)
    .outerjoin(sweeps, sweeps.c.key == runs.c.sweep)
)


def find(conn: Connection, project: int, id: str, *, deleted: bool = False) -> RunRow | None:
    """The run of this id; a deleted one only with `deleted`."""
    query = _runs.where(runs.c.project == project, runs.c.id == id)
    if not deleted:
        query = query.where(runs.c.deleted_at.is_(None))
    row = conn.execute(query).first()
    return RunRow(*row) if row else None


def find_named(conn: Connection, entity: int, project: str, id: str, *, deleted: bool = False) -> RunRow | None:
    """The run of this id in the entity's project of this name, in one question."""
    query = _runs.where(projects.c.entity == entity, projects.c.name == project, runs.c.id == id)
    if not deleted:
        query = query.where(runs.c.deleted_at.is_(None))
    row = conn.execute(query).first()
    return RunRow(*row) if row else None


def by_key(conn: Connection, key: int) -> RunRow | None:
    row = conn.execute(_runs.where(runs.c.key == key)).first()
    return RunRow(*row) if row else None


def by_keys(conn: Connection, keys: Collection[int]) -> dict[int, RunRow]:
    """The runs that are there, deleted ones too."""
    found: dict[int, RunRow] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        for row in conn.execute(_runs.where(runs.c.key.in_(ordered[start : start + 500]))):
            found[row[0]] = RunRow(*row)
    return found


def keys_by_id(conn: Connection, project: int, ids: Collection[str]) -> dict[str, int]:
    """The keys of the runs that are there and not deleted."""
    found: dict[str, int] = {}
    ordered = list(ids)
    for start in range(0, len(ordered), 500):
        part = ordered[start : start + 500]
        for id, key in conn.execute(
            select(runs.c.id, runs.c.key).where(
                runs.c.project == project, runs.c.id.in_(part), runs.c.deleted_at.is_(None)
            )
        ):
            found[id] = key
    return found


def ids_by_key(conn: Connection, keys: Collection[int]) -> dict[int, str]:
    """The ids of the runs that are there and not deleted."""
    found: dict[int, str] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = select(runs.c.key, runs.c.id).where(
            runs.c.key.in_(ordered[start : start + 500]), runs.c.deleted_at.is_(None)
        )
        found.update((key, id) for key, id in conn.execute(query))
    return found


def all_keys(conn: Connection, project: int) -> list[int]:
    """The keys of all runs of the project that are not deleted, in the order in which they were made."""
    return list(
        conn.execute(
            select(runs.c.key).where(runs.c.project == project, runs.c.deleted_at.is_(None)).order_by(runs.c.key)
        ).scalars()
    )


class Members(NamedTuple):
    """The keys of a project's runs that are not deleted, in the order in which they were made."""

    all: list[int]
    live: list[int]
    """Those that may change by themselves."""


def members(conn: Connection, project: int) -> Members:
    query = select(runs.c.key, runs.c.state).where(runs.c.project == project, runs.c.deleted_at.is_(None))
    found = conn.execute(query.order_by(runs.c.key)).fetchall()
    return Members([row[0] for row in found], [key for key, state in found if state in LIVE])


def rules_of(conn: Connection, keys: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """What `define_metric` said in these runs, where it said something."""
    found: dict[int, list[dict[str, Any]]] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = select(runs.c.key, runs.c.rules).where(runs.c.key.in_(ordered[start : start + 500]))
        found.update({key: rules for key, rules in conn.execute(query) if rules})
    return found


def starts_by_id(conn: Connection, project: int, ids: Collection[str]) -> dict[str, tuple[int, float]]:
    """Key and beginning of each of these runs that is there and not deleted."""
    found: dict[str, tuple[int, float]] = {}
    ordered = list(dict.fromkeys(ids))
    for start in range(0, len(ordered), 500):
        part = ordered[start : start + 500]
        query = select(runs.c.id, runs.c.key, runs.c.created_at)
        query = query.where(runs.c.project == project, runs.c.id.in_(part), runs.c.deleted_at.is_(None))
        for id, key, created_at in conn.execute(query):
            found[id] = (key, created_at)
    return found


def count(conn: Connection, project: int) -> int:
    return conn.execute(
        select(func.count()).select_from(runs).where(runs.c.project == project, runs.c.deleted_at.is_(None))
    ).scalar_one()


def add(conn: Connection, project: int, id: str, *, user: int, name: str, state: str, now: float, **values: Any) -> int:
    """A new run and its number; its key is returned. Raises IntegrityError where the project has the id already."""
    number = take_number(conn, project)
    given = {"created_at": now, "updated_at": now, **values}
    result = conn.execute(
        insert(runs).values(project=project, id=id, user=user, name=name, number=number, state=state, **given)
    )
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    note(conn, Change("runs", project, key))
    return key


def reserve(conn: Connection, project: int, id: str, *, user: int, now: float) -> int:
    """A key for a run that is to be added later; no other run ever gets it.

    Raises IntegrityError where the project has the id already.
    """
    given = {"name": "", "number": -1, "state": "pending", "created_at": now, "updated_at": now}
    result = conn.execute(insert(runs).values(project=project, id=id, user=user, **given))
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    conn.execute(delete_rows(runs).where(runs.c.key == key))
    return key


def change(conn: Connection, project: int, key: int, **values: Any) -> None:
    """Set columns of a run; `project` is its project's key, for those who listen."""
    if values:
        conn.execute(update(runs).where(runs.c.key == key).values(**values))
    note(conn, Change("runs", project, key))


def delete(conn: Connection, project: int, key: int, now: float) -> None:
    """Hide the run; `restore` brings it back."""
    change(conn, project, key, deleted_at=now)


def touch_all(conn: Connection, project: int) -> None:
    """Tell those who listen that something all runs of a project are known by has changed."""
    for key in all_keys(conn, project):
        note(conn, Change("runs", project, key))


def delete_all(conn: Connection, project: int, now: float) -> None:
    """Hide all runs of a project."""
    for key in all_keys(conn, project):
        delete(conn, project, key, now)


def restore(conn: Connection, project: int, key: int) -> None:
    change(conn, project, key, deleted_at=None)
