"""Runs: one, many, and what a person may change of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Deleted, Rejected
from gnomon.model.floats import named
from gnomon.model.paths import only
from gnomon.model.query import EXTENTS, Every, Filter, RunSearch, Sort, extent_of
from gnomon.model.query_match import check_field, checked
from gnomon.model.query_mongo import parse_mongo
from gnomon.model.query_text import parse
from gnomon.model.run import Attempt, MetricRule, Parent, Run, RunEdit, RunPage, RunState
from gnomon.server.actions.columns import RunColumns, fields_of
from gnomon.server.actions.logged_keys import resolved
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import audit, journals, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

MOST_RUNS_A_PAGE = 1000
MOST_SORTS = 8
LONGEST_NAME = 500
LONGEST_NOTES = 1 << 20
LONGEST_TAG = 256
MOST_TAGS = 200
COLOURS = 20
"""How many the palette of the page has."""


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The dotted paths that runs of a project have values at; what can be filtered and sorted by."""

    config: tuple[str, ...]
    summary: tuple[str, ...]


def as_run(row: RunRow, attempts: Sequence[Attempt] = (), *, whole: bool = False) -> Run:
    """The run as the API shows it; only the `whole` one carries its metadata."""
    return Run(
        entity=row.entity,
        project=row.project_name,
        id=row.id,
        name=row.name,
        number=row.number,
        state=RunState(row.state),
        notes=row.notes,
        tags=tuple(row.tags),
        group=row.group,
        job_type=row.job_type,
        user=row.user,
        host=row.host,
        program=row.program,
        created_at=row.created_at,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
        runtime_secs=max(0.0, (row.updated_at if row.finished_at is None else row.finished_at) - row.created_at),
        exit_code=row.exit_code,
        last_step=row.last_step,
        stop_asked=row.stop_asked_at is not None,
        config=named(row.config),
        summary=named(row.summary),
        metadata=named(row.metadata) if whole else {},
        client=named(row.client) if whole else {},
        rules=tuple(msgspec.convert(row.rules, list[MetricRule], strict=False)),
        attempts=tuple(attempts),
        parent=None if row.parent is None else Parent(run=row.parent, step=row.parent_step),
        sweep=row.sweep_id,
        colour=row.colour,
    )


async def get(tables: Database, row: RunRow) -> Run:
    """The run with its metadata and attempts."""
    attempts = await tables.read(lambda conn: attempts_of(conn, row.key))
    return as_run(row, attempts, whole=True)


def attempts_of(conn: Connection, run: int) -> tuple[Attempt, ...]:
    """The processes that wrote into the run, in order."""
    return journals.attempts(journals.of_run(conn, run))


async def search(
    tables: Database, metrics: MetricStore, columns: RunColumns, project: ProjectRow, asked: RunSearch
) -> RunPage:
    """The runs asked for. Raises Rejected for a filter, a field or a cursor that makes no sense."""
    found = await search_rows(tables, metrics, columns, project, asked)
    shown = tuple(as_run(row, whole=asked.whole) for row in found.rows)
    if asked.columns is not None:
        extents = await _extents(metrics, found.rows, asked.columns)
        shown = tuple(
            _narrowed(run, asked.columns, extents[row.key]) for run, row in zip(shown, found.rows, strict=True)
        )
    return RunPage(runs=shown, total=found.total, all=found.all, cursor=found.cursor)


async def _extents(metrics: MetricStore, rows: Sequence[RunRow], fields: Iterable[str]) -> dict[int, dict[str, float]]:
    """By run, those of the fields that say how far the numbers of a key go."""
    found: dict[int, dict[str, float]] = {row.key: {} for row in rows}
    wanted = {field: extent for field in fields if (extent := extent_of(field)) is not None}
    keys = {key for _, key in wanted.values()}
    known = {key: await metrics.extents([RunKey(run) for run in found], key) for key in keys}
    for field, (which, key) in wanted.items():
        for run, numbers in known[key].items():
            found[run][field] = numbers[EXTENTS.index(which)]
    return found


def _narrowed(run: Run, fields: Collection[str], extents: dict[str, float]) -> Run:
    """The run with these fields of its config and summary alone."""

    def of(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        return only(values, [field.removeprefix(prefix) for field in fields if field.startswith(prefix)])

    config, summary = of(run.config, "config."), of(run.summary, "summary.")
    return msgspec.structs.replace(run, config=config, summary=summary, extents=named(extents))


class RowPage(NamedTuple):
    """Part of a list of runs as the tables have them; the rest as in `RunPage`."""

    rows: list[RunRow]
    total: int
    all: int
    start: int
    """How many of the runs come before these."""
    cursor: str | None


async def search_rows(
    tables: Database, metrics: MetricStore, columns: RunColumns, project: ProjectRow, asked: RunSearch
) -> RowPage:
    """What `search` says, as rows."""
    filter, sort = _asked(asked)
    filter = await resolved(filter, tables, metrics, project.key)
    limit = min(asked.limit, MOST_RUNS_A_PAGE)
    start, last = _place(asked.cursor)
    start = start or asked.offset
    fields = {*fields_of(filter), *(item.field for item in sort)}
    given = await columns.extents.of(metrics, project.key, fields)
    await columns.surveyed(project.key, fields)
    found = await tables.read(
        lambda conn: columns.search(conn, project.key, filter, sort, most=start + limit, given=given)
    )
    if asked.cursor is not None and start and not (start <= len(found.keys) and found.keys[start - 1] == last):
        # The runs have moved since the page before: go on after its last one, wherever that is now.
        found = await tables.read(lambda conn: columns.search(conn, project.key, filter, sort, given=given))
        (moved,) = (found.keys == last).nonzero()
        start = int(moved[0]) + 1 if len(moved) else start
    page = found.keys[start : start + limit].tolist()
    rows = await tables.read(lambda conn: runs.by_keys(conn, page))
    end = start + len(page)
    return RowPage(
        rows=[rows[key] for key in page if key in rows],
        total=found.total,
        all=found.all,
        start=start,
        cursor=place_after(end, page[-1]) if page and end < found.total else None,
    )


def place_after(count: int, last: int) -> str:
    """The cursor that goes on after the first `count` runs, the last of which has this key."""
    return f"{count}.{last}"


async def columns_of(tables: Database, columns: RunColumns, project: ProjectRow) -> Columns:
    """Every path that some run of the project has a value at, sorted."""
    await columns.surveyed(project.key)
    config, summary = await tables.read(lambda conn: columns.paths(conn, project.key))
    return Columns(config=config, summary=summary)


async def edit(tables: Database, row: RunRow, edit: RunEdit, caller: Caller, now: float) -> Run:
    """The run after the change. What a person changed, later records of the run leave alone."""
    values = {name: value for name, value in msgspec.structs.asdict(edit).items() if value is not msgspec.UNSET}
    _check_edit(values)
    if "tags" in values:
        values["tags"] = list(dict.fromkeys(values["tags"]))
    values = {name: value for name, value in values.items() if value != getattr(row, name)}

    def change(conn: Connection) -> RunRow | None:
        known = runs.by_key(conn, row.key)
        if known is None or known.deleted_at is not None:
            return None
        edited = sorted({*known.edited, *values})
        runs.change(conn, known.project, known.key, **values, edited=edited)
        _audit(conn, "run.edit", known, caller, now, fields=sorted(values))
        return runs.by_key(conn, row.key)

    if values:
        changed = await tables.write(change)
        if changed is None:
            raise not_there("run", f"{row.entity}/{row.project_name}/{row.id}")
        row = changed
    return await get(tables, row)


async def delete(tables: Database, row: RunRow, caller: Caller, now: float) -> None:
    """Hide the run; until it is cleared away, `restore` brings it back."""

    def change(conn: Connection) -> None:
        runs.delete(conn, row.project, row.key, now)
        _audit(conn, "run.delete", row, caller, now)

    await tables.write(change)


async def ask_to_stop(tables: Database, row: RunRow, caller: Caller, now: float) -> Run:
    """Let the run's script hear that it is to end, with its next sign of life. Raises Conflict where it has ended."""

    def change(conn: Connection) -> RunRow:
        known = runs.by_key(conn, row.key)
        if known is None or known.deleted_at is not None:
            raise not_there("run", f"{row.entity}/{row.project_name}/{row.id}")
        if known.finished_at is not None:
            raise Conflict(f"The run {row.id!r} is not running")
        runs.change(conn, row.project, row.key, stop_asked_at=now)
        _audit(conn, "run.stop", row, caller, now)
        return known

    await tables.write(change)
    found = await tables.read(lambda conn: runs.by_key(conn, row.key))
    return await get(tables, found or row)


async def set_state(tables: Database, row: RunRow, state: str, caller: Caller, now: float) -> None:
    """Say that a run has failed, or is to be begun again. Raises Conflict where it is in no state to be that."""
    to = {"pending": RunState.PENDING, "failed": RunState.FAILED}.get(state)
    if to is None:
        raise Rejected(f"A run cannot be set to {state[:40]!r}, only to pending or failed", field="state")

    def change(conn: Connection) -> None:
        known = runs.by_key(conn, row.key)
        if known is None or known.deleted_at is not None:
            raise not_there("run", f"{row.entity}/{row.project_name}/{row.id}")
        if known.sweep is not None:
            raise Conflict("invalid state transition: the state of a sweep's run is its sweep's affair")
        if RunState(known.state) not in _BEFORE[to]:
            raise Conflict(f"invalid state transition: the run {row.id!r} is {known.state}, it cannot be {state}")
        ended = {"finished_at": now, "exit_code": None} if to is RunState.FAILED else {"finished_at": None}
        runs.change(conn, known.project, known.key, state=to.value, stop_asked_at=None, **ended)
        _audit(conn, "run.state", known, caller, now, fields=[state])

    await tables.write(change)


_BEFORE = {
    RunState.PENDING: {RunState.RUNNING, RunState.FAILED, RunState.CRASHED, RunState.PREEMPTING},
    RunState.FAILED: {RunState.PENDING, RunState.RUNNING},
}
"""Which states a person may set a run to, and from which."""


async def restore(tables: Database, project: ProjectRow, id: str, caller: Caller, now: float) -> Run:
    """Bring a deleted run back.

    Raises NotFound where there is none, Conflict where it is not deleted, and Deleted where its rows are gone.
    """

    def change(conn: Connection) -> RunRow:
        row = runs.find(conn, project.key, id, deleted=True)
        if row is None:
            raise not_there("run", f"{project.entity_name}/{project.name}/{id}")
        if row.deleted_at is None:
            raise Conflict(f"The run {id!r} is not deleted")
        if row.cleared_at is not None:
            raise Deleted(f"The run {id!r} was deleted more than 7 days ago; its rows and files are gone for good")
        runs.restore(conn, project.key, row.key)
        _audit(conn, "run.restore", row, caller, now)
        return runs.find(conn, project.key, id) or row

    return await get(tables, await tables.write(change))


def filter_of(filter: Filter | None, query: str, mongo: Mapping[str, Any] | None) -> Filter:
    """The filter that holds where all that is given holds. Raises Rejected where one of them makes no sense."""
    parts: list[Filter] = [] if filter is None else [filter]
    if query.strip():
        parts.append(parse(query))
    if mongo is not None:
        parts.append(parse_mongo(mongo))
    return checked(Every(tuple(parts)) if len(parts) != 1 else parts[0])


def _asked(asked: RunSearch) -> tuple[Filter, tuple[Sort, ...]]:
    if asked.limit < 1:
        raise Rejected(f"limit is {asked.limit}; ask for at least one run", field="limit")
    if len(asked.sort) > MOST_SORTS:
        raise Rejected(f"At most {MOST_SORTS} fields can be sorted by", field="sort")
    if asked.offset < 0:
        raise Rejected(f"offset is {asked.offset}; it counts runs from the first", field="offset")
    if asked.offset and asked.cursor is not None:
        raise Rejected("A cursor says where to go on; there is no offset beside it", field="offset")
    for item in asked.sort:
        check_field(item.field)
    for field in asked.columns or ():
        check_field(field)
    return filter_of(asked.filter, asked.query, asked.mongo), asked.sort


def _place(cursor: str | None) -> tuple[int, int]:
    """How many runs the pages before held, and the key of the last of them."""
    if cursor is None:
        return 0, 0
    start, dot, last = cursor.partition(".")
    if not (dot and start.isascii() and start.isdigit() and last.isascii() and last.isdigit() and len(cursor) < 36):
        raise Rejected(f"The cursor {cursor[:40]!r} is not one that this server gave", field="cursor")
    return int(start), int(last)


def _check_edit(values: dict[str, object]) -> None:
    for name, most in (
        ("name", LONGEST_NAME),
        ("notes", LONGEST_NOTES),
        ("group", LONGEST_NAME),
        ("job_type", LONGEST_NAME),
    ):
        value = values.get(name)
        if isinstance(value, str) and len(value) > most:
            raise Rejected(f"{name} has at most {most} characters", field=name)
    colour = values.get("colour")
    if colour is not None and not (isinstance(colour, int) and 0 <= colour < COLOURS):
        raise Rejected(f"colour is a number from 0 to {COLOURS - 1}, or null for the run's own", field="colour")
    if values.get("name") == "":
        raise Rejected("A run needs a name", field="name")
    tags = values.get("tags", ())
    assert isinstance(tags, Collection)
    if len(tags) > MOST_TAGS or not all(_good_tag(tag) for tag in tags):
        raise Rejected(f"A run has at most {MOST_TAGS} tags of 1 to {LONGEST_TAG} characters", field="tags")


def _good_tag(tag: object) -> bool:
    return isinstance(tag, str) and 0 < len(tag) <= LONGEST_TAG


def _audit(
    conn: Connection, operation: str, row: RunRow, caller: Caller, now: float, *, fields: Iterable[str] = ()
) -> None:
    audit.add(
        conn,
        at=now,
        user=caller.name,
        origin=caller.origin,
        operation=operation,
        target=f"{row.entity}/{row.project_name}/{row.id}",
        detail={"fields": list(fields)} if fields else {},
    )
