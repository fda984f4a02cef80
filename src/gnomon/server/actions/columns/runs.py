"""The columns of all projects, and searching them."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection, RowMapping

from gnomon.model.query import Every, Filter, Not, Some, Sort, Where
from gnomon.server.actions.columns.column import Column
from gnomon.server.actions.columns.extents import Extents, Given
from gnomon.server.actions.columns.groups import Groups
from gnomon.server.actions.columns.paths import Paths
from gnomon.server.actions.columns.scan import current, scan, scan_paths, value_of
from gnomon.server.actions.columns.survey import Survey
from gnomon.server.actions.columns.surveyor import Surveyor
from gnomon.server.storage.tables.database import Change, Database
from gnomon.server.storage.tables.schema import runs

T = TypeVar("T")

LEAST_SURVEYED = 10_000
"""Of fewer runs any column is read in a moment."""
FEW_FIELDS = 8
"""So many are read without a survey."""
MOST_LISTS = 4
"""So many are read before somebody asks."""
MOST_UNSURVEYED = 2000
"""When more runs have changed, what a survey says is of little use."""
SURVEYED = ("config.", "summary.")

NONE_GIVEN: Mapping[str, Given] = {}


class Found(NamedTuple):
    """What a search found: keys in order, how many there are, and how many runs the project has."""

    keys: NDArray[np.int64]
    total: int
    all: int


class _Project:
    """The positions of a project's runs, and its columns."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keys = np.zeros(0, np.int64)
        self.alive = np.zeros(0, np.bool_)
        self.count = 0
        self.position: dict[int, int] = {}
        self.columns: OrderedDict[str, Column] = OrderedDict()
        self.dirty: set[int] = set()
        self.loaded = False
        self.paths_lock = threading.Lock()
        """Of their own: whoever searches does not wait for paths, which are read from all that all runs have."""
        self.paths: tuple[Paths, Paths] | None = None
        """Of config and of summary, once somebody asked for them."""
        self.paths_dirty: set[int] = set()
        self.survey: Survey | None = None
        self.surveying: asyncio.Task[None] | None = None
        """One that is being made, or was."""
        self.unsurveyed: set[int] = set()
        """Runs that may have changed since the survey was begun."""

    @property
    def size_bytes(self) -> int:
        columns = sum(column.size_bytes for column in list(self.columns.values()))
        return columns + sum(paths.size_bytes + 100 * len(paths) for paths in self.paths or ())

    def load(self, found: Sequence[Any]) -> None:
        """These are the runs that there are, and when they were made, which most lists are sorted by."""
        keys, made_at = zip(*found, strict=True) if found else ((), ())
        self.keys, order = np.unique(np.array(keys, np.int64), return_index=True)
        self.alive = np.ones(len(keys), np.bool_)
        self.position = {key: at for at, key in enumerate(self.keys.tolist())}
        self.count = len(keys)
        self.columns["created_at"] = Column.of_numbers(np.array(made_at, np.float64)[order])
        self.loaded = True

    def place(self, key: int) -> int:
        """Where the run lives; a new one gets the next place."""
        at = self.position.get(key)
        if at is None:
            at = self.position[key] = self.count
            self.count += 1
            if self.count > len(self.keys):
                size = max(64, self.count * 5 // 4)
                more = size - len(self.keys)
                self.keys = np.concatenate([self.keys, np.zeros(more, np.int64)])
                self.alive = np.concatenate([self.alive, np.zeros(more, np.bool_)])
                for column in self.columns.values():
                    column.grow(size)
            self.keys[at] = key
        return at


class RunColumns:
    """Which runs of a project match, in which order. Safe to use from every reader's thread at once."""

    def __init__(self, tables: Database, *, most_bytes: int, surveyor: Surveyor | None = None) -> None:
        """Without a `surveyor` every column is read when it is asked for."""
        self._tables = tables
        self._surveyor = surveyor
        self._most_bytes = most_bytes
        self._projects: dict[int, _Project] = {}
        self._lock = threading.Lock()
        self.extents = Extents(tables)
        tables.listen(self._changed)

    def search(
        self,
        conn: Connection,
        project: int,
        filter: Filter,
        sort: Sequence[Sort],
        *,
        most: int | None = None,
        given: Mapping[str, Given] = NONE_GIVEN,
    ) -> Found:
        """The runs that match, in order; at least the first `most` of them, where that is given.

        `given` are fields that are not in the tables.

        Runs that compare equal come newest first. Must be the first question of its transaction: what changed is noted
        before the tables are looked at. Raises Rejected for a field there is not.
        """
        known = self._of(project)
        with known.lock:
            self._refresh(conn, project, known)
            fields = {*fields_of(filter), *(item.field for item in sort)}
            columns = self._columns(conn, project, known, fields, given)
            chosen = np.flatnonzero(known.alive & _holds(filter, columns, len(known.alive)))
            order = [_order(columns[item.field], item) for item in sort]
            total = len(chosen)
            if most is not None and order and total > 2 * most + 64:
                chosen = _nearest(chosen, *order[0], most)
            by: list[NDArray[Any]] = [-known.keys[chosen]]
            for classes, places in reversed(order):
                by += [places[chosen], classes[chosen]]
            keys = known.keys[chosen[np.lexsort(by)]]
            self._bound(project)
            return Found(keys, total, int(np.count_nonzero(known.alive)))

    def groups(
        self,
        conn: Connection,
        project: int,
        filter: Filter,
        by: Sequence[str],
        of: Sequence[str],
        read: Callable[[Groups], T],
        *,
        given: Mapping[str, Given] = NONE_GIVEN,
    ) -> tuple[T, int, int]:
        """What `read` says of the groups of the runs that match; how many match, and how many the project has.

        Must be the first question of its transaction, as `search`. The groups are not looked at after `read`.
        """
        known = self._of(project)
        with known.lock:
            self._refresh(conn, project, known)
            columns = self._columns(conn, project, known, {*fields_of(filter), *by, *of}, given)
            chosen = np.flatnonzero(known.alive & _holds(filter, columns, len(known.alive)))
            found = read(Groups(columns, chosen, by, of))
            self._bound(project)
            return found, len(chosen), int(np.count_nonzero(known.alive))

    def paths(self, conn: Connection, project: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The dotted paths that runs of the project have config values at, and summary values.

        Must be the first question of its transaction, as `search`.
        """
        known = self._of(project)
        with known.paths_lock:
            with self._lock:
                dirty, known.paths_dirty = known.paths_dirty, set()
            try:
                both = known.paths
                if both is None and (survey := known.survey) is not None:
                    with self._lock:
                        dirty |= known.unsurveyed
                    both = survey.paths()
                    _put_again(conn, both, dirty)
                    known.paths = both
                elif both is None:
                    known.paths = both = scan_paths(conn, project)
                else:
                    _put_again(conn, both, dirty)
            except BaseException:
                with self._lock:
                    known.paths_dirty |= dirty
                raise
            config, summary = (paths.all() for paths in both)
        with known.lock:
            self._bound(project)
        return config, summary

    async def read_lists(self) -> list[int]:
        """Reads which runs the largest projects have, before somebody asks; the keys of these projects."""
        runs_of = func.count()
        query = select(runs.c.project).where(runs.c.deleted_at.is_(None)).group_by(runs.c.project)
        query = query.having(runs_of >= LEAST_SURVEYED).order_by(runs_of.desc()).limit(MOST_LISTS)
        large = await self._tables.read(lambda conn: list(conn.execute(query).scalars()))
        for project in large:
            known = self._of(project)
            await self._tables.read(partial(self._load, project=project, known=known))
        return large

    async def surveyed(self, project: int, fields: Collection[str] | None = None) -> None:
        """Until these fields are at hand without a long scan, or nobody works at that; None is all paths.

        Where much is wanted of a large project, its survey is begun.
        """
        surveyor, known = self._surveyor, self._of(project)
        if surveyor is None or known.survey is not None:
            return
        if fields is None:
            wanted = known.paths is None
        else:
            missing = {field for field in fields if field.startswith(SURVEYED)} - known.columns.keys()
            if not missing:
                return
            wanted = len(missing) > FEW_FIELDS
        if known.surveying is None and wanted:
            await self._tables.read(lambda conn: self._load(conn, project, known))
            if known.count >= LEAST_SURVEYED and known.surveying is None:
                with self._lock:
                    known.unsurveyed = set()
                known.surveying = asyncio.create_task(self._survey(surveyor, project, known))
        if known.surveying is not None:
            await asyncio.shield(known.surveying)

    async def close(self) -> None:
        """Ends the surveys that are being made."""
        with self._lock:
            tasks = [known.surveying for known in self._projects.values() if known.surveying is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _survey(self, surveyor: Surveyor, project: int, known: _Project) -> None:
        known.survey = await surveyor.survey(self._tables.address, project)

    def _load(self, conn: Connection, project: int, known: _Project) -> None:
        with known.lock:
            self._refresh(conn, project, known)

    @property
    def size_bytes(self) -> int:
        """What all columns and paths take."""
        with self._lock:
            projects = list(self._projects.values())
        return sum(known.size_bytes for known in projects)

    def _of(self, project: int) -> _Project:
        with self._lock:
            known = self._projects.pop(project, None) or _Project()
            self._projects[project] = known  # the last is the one used last
            return known

    def _changed(self, changes: Sequence[Change]) -> None:
        with self._lock:
            for change in changes:
                if change.table == "runs" and (known := self._projects.get(change.scope)) is not None:
                    known.dirty.add(change.key)
                    known.paths_dirty.add(change.key)
                    if known.surveying is not None:
                        known.unsurveyed.add(change.key)

    def _refresh(self, conn: Connection, project: int, known: _Project) -> None:
        """Bring places and columns up to what the tables say now."""
        with self._lock:
            dirty, known.dirty = known.dirty, set()
        try:
            if not known.loaded:
                query = select(runs.c.key, runs.c.created_at)
                query = query.where(runs.c.project == project, runs.c.deleted_at.is_(None))
                known.load(conn.execute(query).fetchall())
            elif dirty:
                self._read_again(conn, known, dirty)
        except BaseException:
            with self._lock:
                known.dirty |= dirty
            raise

    def _read_again(self, conn: Connection, known: _Project, dirty: set[int]) -> None:
        for row in _rows(conn, current(known.columns), dirty):
            at = known.place(row["key"])
            known.alive[at] = row["deleted_at"] is None
            for field, column in known.columns.items():
                column.put(at, value_of(row, field))

    def _columns(
        self, conn: Connection, project: int, known: _Project, fields: set[str], given: Mapping[str, Given]
    ) -> dict[str, Column]:
        found = {field: given[field].column(known.keys) for field in fields & given.keys()}
        fields = fields - given.keys()
        missing = [field for field in fields if field not in known.columns]
        if missing and known.survey is not None:
            known.columns.update(self._from_survey(conn, known, known.survey, missing))
            missing = [field for field in missing if field not in known.columns]
        if missing:
            known.columns.update(scan(conn, project, known.position, len(known.keys), missing))
        for field in fields:
            known.columns.move_to_end(field)
        return found | {field: known.columns[field] for field in fields}

    def _from_survey(
        self, conn: Connection, known: _Project, survey: Survey, fields: Iterable[str]
    ) -> dict[str, Column]:
        """Those of the columns that the survey knows, up to date."""
        with self._lock:
            changed = set(known.unsurveyed)
        if len(changed) > MOST_UNSURVEYED:
            known.survey = known.surveying = None
            return {}
        made = {field: survey.column(field, known.keys) for field in fields}
        found = {field: column for field, column in made.items() if column is not None}
        for row in _rows(conn, current(found), changed if found else ()):
            at = known.position.get(row["key"])
            if at is not None:  # one that was made since is noted as changed, and read next time
                for field, column in found.items():
                    column.put(at, value_of(row, field))
        return found

    def _bound(self, project: int) -> None:
        """Forget the projects, then the columns of this one, used longest ago, until the rest fits."""
        over = self.size_bytes - self._most_bytes
        if over <= 0:
            return
        with self._lock:
            for key in list(self._projects):
                if over > 0 and key != project:
                    over -= self._projects.pop(key).size_bytes
            known = self._projects[project]
        while over > 0 and known.columns:
            over -= known.columns.popitem(last=False)[1].size_bytes
        if over > 0:
            known.paths = None


def _rows(conn: Connection, query: Select[Any], keys: Collection[int]) -> Iterable[RowMapping]:
    """What the query, over `runs`, finds of the runs with these keys."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        yield from conn.execute(query.where(runs.c.key.in_(ordered[start : start + 500]))).mappings()


def _put_again(conn: Connection, paths: tuple[Paths, Paths], changed: Collection[int]) -> None:
    """Bring the paths up to what the tables say now of the runs that changed."""
    config, summary = paths
    for row in _rows(conn, select(runs.c.key, runs.c.deleted_at, runs.c.config, runs.c.summary), changed):
        there = row["deleted_at"] is None
        config.put(row["key"], row["config"] if there else None)
        summary.put(row["key"], row["summary"] if there else None)


def _order(column: Column, item: Sort) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Class and place of every run, such that sorting by both puts them in the order asked for."""
    classes, places = column.order_keys()
    if item.descending:
        return np.where(classes < 8, -classes, classes), -places
    return classes, places


def _nearest(
    chosen: NDArray[np.intp], classes: NDArray[np.int8], places: NDArray[np.float64], most: int
) -> NDArray[np.intp]:
    """Those of the chosen that can be among the first `most`: sorting these few gives the same as sorting all."""
    kept: list[NDArray[np.intp]] = []
    left = most
    own = classes[chosen]
    for kind in np.unique(own):
        same = chosen[own == kind]
        if len(same) > left:
            where = places[same]
            same = same[where <= np.partition(where, left - 1)[left - 1]]
        kept.append(same)
        left -= len(same)
        if left <= 0:
            break
    return np.concatenate(kept)


def fields_of(filter: Filter) -> Iterable[str]:
    """Every field that the filter speaks of."""
    if isinstance(filter, Where):
        yield filter.field
    elif isinstance(filter, Not):
        yield from fields_of(filter.part)
    else:
        for part in filter.parts:
            yield from fields_of(part)


def _holds(filter: Filter, columns: dict[str, Column], size: int) -> NDArray[np.bool_]:
    if isinstance(filter, Where):
        return columns[filter.field].holds(filter)
    if isinstance(filter, Not):
        return ~_holds(filter.part, columns, size)
    every = isinstance(filter, Every)
    assert every or isinstance(filter, Some)
    out = np.full(size, every)
    for part in filter.parts:
        if every:
            out &= _holds(part, columns, size)
        else:
            out |= _holds(part, columns, size)
    return out
