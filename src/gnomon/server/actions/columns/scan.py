"""Reading fields of runs from the tables: of all runs of a project at once, or of one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, Text, func, select, type_coerce
from sqlalchemy.engine import Connection

from gnomon.model.floats import MARK
from gnomon.model.paths import look_up, spellings
from gnomon.server.actions.columns.column import Column
from gnomon.server.actions.columns.paths import Paths
from gnomon.server.storage.tables.schema import entities, projects, runs, sweeps, users
from gnomon.server.storage.tables.types import from_json_text

ROWS_TOGETHER = 2000
"""So many runs are read before columns are filled with what they have."""

Filler = Callable[[NDArray[np.intp], Sequence[Any]], None]
"""Puts values at places."""

_names = msgspec.json.Decoder(dict[str, Any]).decode

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
JOINED = {
    "user": users.c.name.label("user_name"),
    "project": projects.c.name.label("project_name"),
    "entity": entities.c.name.label("entity_name"),
    "sweep": sweeps.c.id.label("sweep_id"),
}
"""Fields that lie in other tables."""


def joined(query: Select[Any]) -> Select[Any]:
    """The query, over `runs`, with the tables that `JOINED` names."""
    return (
        query.join(users, users.c.key == runs.c.user)
        .join(projects, projects.c.key == runs.c.project)
        .join(entities, entities.c.key == projects.c.entity)
        .outerjoin(sweeps, sweeps.c.key == runs.c.sweep)
    )


def current(fields: Iterable[str]) -> Select[Any]:
    """What is read again of runs that changed: the little that all have, and of the rest what these fields lie in."""
    large = {field.partition(".")[0] for field in fields} & {"config", "summary"}
    plain = (runs.c.key, runs.c.deleted_at, runs.c.finished_at, *PLAIN.values(), *JOINED.values())
    return joined(select(*plain, *(runs.c[name] for name in sorted(large))))


def scan(
    conn: Connection, project: int, position: Mapping[int, int], size: int, fields: Sequence[str]
) -> dict[str, Column]:
    """The columns of these fields, by one scan over the project's runs."""
    built = {field: Column(size) for field in fields}
    asked: list[Any] = [runs.c.key]
    fillers: list[Filler] = []
    within: dict[str, list[str]] = {"config": [], "summary": []}
    for field in fields:
        prefix, _, path = field.partition(".")
        if field in PLAIN:
            asked.append(PLAIN[field])
        elif field in JOINED:
            asked.append(JOINED[field])
        elif field == "runtime_secs":
            asked.append(func.coalesce(runs.c.finished_at, runs.c.updated_at) - runs.c.created_at)
        else:
            within[prefix].append(path)
            continue
        fillers.append(built[field].fill)
    for prefix, paths in within.items():
        if paths:
            asked.append(type_coerce(runs.c[prefix], Text))
            fillers.append(_filler({path: built[f"{prefix}.{path}"] for path in paths}))
    query = select(*asked).where(runs.c.project == project, runs.c.deleted_at.is_(None))  # to sort them would cost more
    if not JOINED.keys().isdisjoint(fields):
        query = joined(query)
    for rows in conn.execute(query).partitions(ROWS_TOGETHER):
        # One that was made since the places were given out has none; it is noted as changed, and read next time.
        known = [row for row in rows if row[0] in position]
        if known:
            keys, *values = zip(*known, strict=True)
            at = np.fromiter((position[key] for key in keys), np.intp, len(keys))
            for fill, column in zip(fillers, values, strict=True):
                fill(at, column)
    return built


def _filler(columns: Mapping[str, Column]) -> Filler:
    """Fills columns, by path, from JSON texts; what is not asked for is skipped and never made into values."""
    names = list(dict.fromkeys(spelling[0] for path in columns for spelling in spellings(path)))
    if not all(map(_plain_name, names)):
        return lambda at, texts: _fill_whole(columns, at, [from_json_text(text) for text in texts])
    slots = {name: f"f{number}" for number, name in enumerate(names)}
    wanted: Any = msgspec.defstruct(
        "Wanted", [(slot, Any, None) for slot in slots.values()], rename={slot: name for name, slot in slots.items()}
    )
    decode = msgspec.json.Decoder(wanted).decode
    getters = {path: _getter(path, slots) for path in columns}

    def fill(at: NDArray[np.intp], texts: Sequence[str]) -> None:
        found = [decode(text) for text in texts]
        for number, text in enumerate(texts):
            if MARK in text:  # numbers that JSON lacks
                whole = from_json_text(text)
                found[number] = wanted(*(whole.get(name) for name in names))
        for path, column in columns.items():
            column.fill(at, list(map(getters[path], found)))

    return fill


def _getter(path: str, slots: Mapping[str, str]) -> Callable[[Any], Any]:
    """What lies at the path, of values by slot."""
    if len(spellings(path)) == 1:
        return attrgetter(slots[path])
    own = {name: slots[name] for name in {spelling[0] for spelling in spellings(path)}}
    return lambda found: look_up({name: getattr(found, slot) for name, slot in own.items()}, path)


def _fill_whole(columns: Mapping[str, Column], at: NDArray[np.intp], values: Sequence[Any]) -> None:
    for path, column in columns.items():
        column.fill(at, [look_up(value, path) for value in values])


def _plain_name(name: str) -> bool:
    return name.isprintable() and not any(mark in name for mark in '"\\')


def value_of(row: Any, field: str) -> Any:
    """What a run's row has in a field."""
    if field in PLAIN:
        return row[field]
    if field in JOINED:
        return row[JOINED[field].name]
    if field == "runtime_secs":
        until = row["updated_at"] if row["finished_at"] is None else row["finished_at"]
        return until - row["created_at"]
    prefix, _, path = field.partition(".")
    return look_up(row[prefix], path)


def scan_paths(conn: Connection, project: int) -> tuple[Paths, Paths]:
    """The paths of config and of summary, by one scan over the project's runs."""
    config, summary = Paths(), Paths()
    query = select(runs.c.key, type_coerce(runs.c.config, Text), type_coerce(runs.c.summary, Text))
    for key, given, found in conn.execute(query.where(runs.c.project == project, runs.c.deleted_at.is_(None))):
        for paths, text in ((config, given), (summary, found)):
            if text.count("{") == 1:  # nothing lies deeper, and what the values are does not matter
                paths.put_flat(key, _names(text))
            else:
                paths.put(key, from_json_text(text))
    return config, summary
