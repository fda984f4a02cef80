"""Reading fields of runs from the tables: of all runs of a project at once, or of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gnomon.model.paths import look_up, spellings
from gnomon.server.actions.columns.column import Column
from gnomon.server.actions.columns.paths import Paths
from gnomon.server.storage.tables.database import json_values
from gnomon.server.storage.tables.schema import runs, users
from gnomon.server.storage.tables.types import from_json_text

_WITHIN = ("_type", "value")
"""Names within a number that JSON does not have, as it is kept; a path that ends so is looked up in the value."""

PLAIN = {
    "id": runs.c.id,
    "name": runs.c.name,
    "state": runs.c.state,
    "notes": runs.c.notes,
    "tags": runs.c.tags,
    "group": runs.c.group,
    "job_type": runs.c.job_type,
    "host": runs.c.host,
    "program": runs.c.program,
    "created_at": runs.c.created_at,
    "updated_at": runs.c.updated_at,
    "last_step": runs.c.last_step,
}


CURRENT = (
    runs.c.key,
    runs.c.deleted_at,
    runs.c.finished_at,
    *PLAIN.values(),
    runs.c.config,
    runs.c.summary,
    users.c.name.label("user_name"),
)


def scan(
    conn: Connection, project: int, position: Mapping[int, int], size: int, fields: Sequence[str]
) -> dict[str, Column]:
    """The columns of these fields, by one scan over the project's runs."""
    built = {field: Column(size) for field in fields}
    asked: list[Any] = [runs.c.key]
    readers: list[Any] = []
    for field in fields:
        prefix, _, path = field.partition(".")
        if field in PLAIN:
            asked.append(PLAIN[field])
            readers.append(None)
        elif field == "user":
            asked.append(users.c.name)
            readers.append(None)
        elif field == "runtime_secs":
            asked.append(func.coalesce(runs.c.finished_at, runs.c.updated_at) - runs.c.created_at)
            readers.append(None)
        elif any(mark in path for mark in '"\\') or not path.isprintable() or path.endswith(_WITHIN):
            asked.append(runs.c[prefix])
            readers.append(lambda value, path=path: look_up(value, path))
        else:
            asked.append(json_values(runs.c[prefix], spellings(path)))
            readers.append(_first)
    query = select(*asked).where(runs.c.project == project, runs.c.deleted_at.is_(None)).order_by(runs.c.key)
    if "user" in fields:
        query = query.join(users, users.c.key == runs.c.user)
    columns = [
        (built[field].put, reader, place) for place, (field, reader) in enumerate(zip(fields, readers, strict=True), 1)
    ]
    for row in conn.execute(query):
        at = position.get(row[0])
        if at is None:
            continue  # made since the places were given out; it is noted as changed, and read next time
        for put, reader, place in columns:
            value = row[place]
            put(at, value if reader is None else reader(value))
    return built


def _first(text: str) -> Any:
    """The first value of a JSON array that is one."""
    for value in from_json_text(text):
        if value is not None:
            return value
    return None


def value_of(row: Any, field: str) -> Any:
    """What a run's row has in a field."""
    if field in PLAIN:
        return row[field]
    if field == "user":
        return row["user_name"]
    if field == "runtime_secs":
        until = row["updated_at"] if row["finished_at"] is None else row["finished_at"]
        return until - row["created_at"]
    prefix, _, path = field.partition(".")
    return look_up(row[prefix], path)


def scan_paths(conn: Connection, project: int) -> tuple[Paths, Paths]:
    """The paths of config and of summary, by one scan over the project's runs."""
    config, summary = Paths(), Paths()
    query = select(runs.c.key, runs.c.config, runs.c.summary)
    for key, given, found in conn.execute(query.where(runs.c.project == project, runs.c.deleted_at.is_(None))):
        config.put(key, given)
        summary.put(key, found)
    return config, summary
