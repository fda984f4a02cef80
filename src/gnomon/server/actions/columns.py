"""Columns of what runs have: in memory, so that 100,000 runs are filtered and sorted in milliseconds.

Derived, and never the truth. A column is one value a run of one project, for one field such as `config.lr`. It is built
by one scan when it is first asked for, and then kept current: the tables say which runs a commit changed, and those are
read again before the next answer. The least used columns go when all together are larger than the settings allow.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.model.paths import look_up, spellings
from gnomon.model.patterns import pattern
from gnomon.model.query import Every, Filter, Not, Some, Sort, Where
from gnomon.model.query_match import as_float, compare, is_number, number_or_same
from gnomon.server.storage.tables.database import Change, Database, json_values
from gnomon.server.storage.tables.schema import runs, users

MISSING, NUMBER, TEXT, OTHER = 0, 1, 2, 3
"""What kind of value a run has in a column. Bools, lists and dicts are `OTHER`: told apart by their JSON."""

MOST_ANSWERS = 8
"""How many comparisons of texts a column remembers the outcome of."""

SLOWEST_SECS = 5.0
"""How long one comparison may look through texts before it is refused."""

_decoder = msgspec.json.Decoder()


class Column:
    """The values of one field, by position. Distinct texts are kept once; `codes` says which."""

    def __init__(self, size: int) -> None:
        self.kinds = np.zeros(size, np.uint8)
        self.numbers = np.zeros(size, np.float64)
        self.codes = np.zeros(size, np.int32)
        self.values: list[Any] = []
        """By code: the texts, and the other values that are neither numbers nor texts."""
        self._code_of: dict[Any, int] = {}
        self._ranks: NDArray[np.int64] | None = None
        self._answers: OrderedDict[tuple[str, type, str], NDArray[np.bool_]] = OrderedDict()
        self.texts_bytes = 0

    def put(self, at: int, value: Any) -> None:
        value = number_or_same(value)
        if value is None:
            self.kinds[at] = MISSING
        elif is_number(value):
            self.kinds[at] = NUMBER
            self.numbers[at] = as_float(value)
        else:
            text = isinstance(value, str)
            name = value if text else msgspec.json.encode(value)  # str and bytes are never equal
            code = self._code_of.get(name)
            if code is None:
                code = self._code_of[name] = len(self.values)
                self.values.append(value)
                self._ranks = None
                self.texts_bytes += 150 + 3 * len(name)
            self.kinds[at] = TEXT if text else OTHER
            self.codes[at] = code

    def grow(self, size: int) -> None:
        more = size - len(self.kinds)
        self.kinds = np.concatenate([self.kinds, np.zeros(more, np.uint8)])
        self.numbers = np.concatenate([self.numbers, np.zeros(more, np.float64)])
        self.codes = np.concatenate([self.codes, np.zeros(more, np.int32)])

    @property
    def size_bytes(self) -> int:
        answers = sum(answer.nbytes for answer in list(self._answers.values()))
        return self.kinds.nbytes + self.numbers.nbytes + self.codes.nbytes + answers + self.texts_bytes

    def holds(self, where: Where) -> NDArray[np.bool_]:
        """Where the comparison holds; agrees with `query_match.compare` on every value."""
        op, given = where.op, where.value
        out = np.full(len(self.kinds), compare(op, None, given))
        numbers = self.kinds == NUMBER
        out[numbers] = _numbers(op, self.numbers[numbers], given)
        coded = self.kinds >= TEXT
        if self.values and coded.any():
            out[coded] = self._by_code(op, given)[self.codes[coded]]
        return out

    def order_keys(self) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """Class and place within it: numbers, then texts, then the rest; NaN and missing come last, each by itself."""
        classes = self.kinds.astype(np.int8)
        classes[self.kinds == MISSING] = 9
        places = np.where(self.kinds == NUMBER, self.numbers, 0.0)
        bad = (self.kinds == NUMBER) & np.isnan(self.numbers)
        classes[bad] = 8
        places[bad] = 0.0
        coded = self.kinds >= TEXT
        if self.values:
            places[coded] = self._rank()[self.codes[coded]]
        return classes, places

    def _rank(self) -> NDArray[np.int64]:
        if self._ranks is None:
            spelled = [v if isinstance(v, str) else msgspec.json.encode(v).decode() for v in self.values]
            order = sorted(range(len(spelled)), key=lambda code: (spelled[code].casefold(), spelled[code]))
            self._ranks = np.empty(len(order), np.int64)
            self._ranks[order] = np.arange(len(order))
        return self._ranks

    def _by_code(self, op: str, given: Any) -> NDArray[np.bool_]:
        """For each code whether the comparison holds. What a code stands for never changes, so answers are kept."""
        if op in ("=", "!=", "in", "not in"):
            return self._by_equality(op, given)
        question = (op, type(given), str(given))
        known = self._answers.pop(question, None)
        start = 0 if known is None else len(known)
        out = np.empty(len(self.values), np.bool_)
        if known is not None:
            out[:start] = known
        test = _test(op, given)
        stop = time.monotonic() + SLOWEST_SECS
        while start < len(self.values):
            part = self.values[start : start + 1024]
            out[start : start + len(part)] = [test(value) for value in part]
            start += len(part)
            if time.monotonic() > stop:
                raise Rejected(f"`{op}` takes too long over so many values; use a simpler comparison", field="query")
        self._answers[question] = out
        if len(self._answers) > MOST_ANSWERS:
            self._answers.popitem(last=False)
        return out

    def _by_equality(self, op: str, given: Any) -> NDArray[np.bool_]:
        wanted = list(given) if op in ("in", "not in") else [given]
        out = np.zeros(len(self.values), np.bool_)
        for value in wanted:
            code = None
            if value is not None and not is_number(value):
                code = self._code_of.get(value if isinstance(value, str) else msgspec.json.encode(value))
            if code is not None:
                out[code] = True
        return ~out if op in ("!=", "not in") else out


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


class Found(NamedTuple):
    """What a search found: keys in order, how many there are, and how many runs the project has."""

    keys: NDArray[np.int64]
    total: int
    all: int


class RunColumns:
    """Which runs of a project match, in which order. Safe to use from every reader's thread at once."""

    def __init__(self, tables: Database, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._projects: dict[int, _Project] = {}
        self._lock = threading.Lock()
        tables.listen(self._changed)

    def search(
        self, conn: Connection, project: int, filter: Filter, sort: Sequence[Sort], *, most: int | None = None
    ) -> Found:
        """The runs that match, in order; at least the first `most` of them, where that is given.

        Runs that compare equal come newest first. Must be the first question of its transaction: what changed is noted
        before the tables are looked at. Raises Rejected for a field there is not.
        """
        known = self._of(project)
        with known.lock:
            self._refresh(conn, project, known)
            columns = self._columns(conn, project, known, {*_fields(filter), *(item.field for item in sort)})
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

    @property
    def size_bytes(self) -> int:
        """What all columns take."""
        with self._lock:
            projects = list(self._projects.values())
        return sum(column.size_bytes for known in projects for column in list(known.columns.values()))

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

    def _refresh(self, conn: Connection, project: int, known: _Project) -> None:
        """Bring places and columns up to what the tables say now."""
        with self._lock:
            dirty, known.dirty = known.dirty, set()
        try:
            if not known.loaded:
                for key in conn.execute(
                    select(runs.c.key)
                    .where(runs.c.project == project, runs.c.deleted_at.is_(None))
                    .order_by(runs.c.key)
                ).scalars():
                    at = known.place(key)
                    known.alive[at] = True
                known.loaded = True
            elif dirty:
                self._read_again(conn, known, dirty)
        except BaseException:
            with self._lock:
                known.dirty |= dirty
            raise

    def _read_again(self, conn: Connection, known: _Project, dirty: set[int]) -> None:
        ordered = sorted(dirty)
        for start in range(0, len(ordered), 500):
            query = (
                select(*_CURRENT)
                .join(users, users.c.key == runs.c.user)
                .where(runs.c.key.in_(ordered[start : start + 500]))
            )
            for row in conn.execute(query).mappings():
                at = known.place(row["key"])
                known.alive[at] = row["deleted_at"] is None
                for field, column in known.columns.items():
                    column.put(at, _value(row, field))

    def _columns(self, conn: Connection, project: int, known: _Project, fields: set[str]) -> dict[str, Column]:
        missing = [field for field in fields if field not in known.columns]
        if missing:
            known.columns.update(_scan(conn, project, known, missing))
        for field in fields:
            known.columns.move_to_end(field)
        return {field: known.columns[field] for field in fields}

    def _bound(self, project: int) -> None:
        """Forget the projects, then the columns of this one, used longest ago, until the rest fits."""
        over = self.size_bytes - self._most_bytes
        if over <= 0:
            return
        with self._lock:
            for key in list(self._projects):
                if over > 0 and key != project:
                    over -= sum(column.size_bytes for column in self._projects.pop(key).columns.values())
            columns = self._projects[project].columns
        while over > 0 and columns:
            over -= columns.popitem(last=False)[1].size_bytes


_PLAIN = {
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


_CURRENT = (
    runs.c.key,
    runs.c.deleted_at,
    runs.c.finished_at,
    *_PLAIN.values(),
    runs.c.config,
    runs.c.summary,
    users.c.name.label("user_name"),
)


def _scan(conn: Connection, project: int, known: _Project, fields: Sequence[str]) -> dict[str, Column]:
    """The columns of these fields, by one scan over the project's runs."""
    built = {field: Column(len(known.keys)) for field in fields}
    asked: list[Any] = [runs.c.key]
    readers: list[Any] = []
    for field in fields:
        prefix, _, path = field.partition(".")
        if field in _PLAIN:
            asked.append(_PLAIN[field])
            readers.append(None)
        elif field == "user":
            asked.append(users.c.name)
            readers.append(None)
        elif field == "runtime_secs":
            asked.append(func.coalesce(runs.c.finished_at, runs.c.updated_at) - runs.c.created_at)
            readers.append(None)
        elif any(mark in path for mark in '"\\') or not path.isprintable():
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
    position = known.position
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
    for value in _decoder.decode(text):
        if value is not None:
            return value
    return None


def _value(row: Any, field: str) -> Any:
    """What a run's row has in a field."""
    if field in _PLAIN:
        return row[field]
    if field == "user":
        return row["user_name"]
    if field == "runtime_secs":
        until = row["updated_at"] if row["finished_at"] is None else row["finished_at"]
        return until - row["created_at"]
    prefix, _, path = field.partition(".")
    return look_up(row[prefix], path)


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


def _test(op: str, given: Any) -> Callable[[Any], bool]:
    """One comparison as a function of the stored value; the two that meet many texts without detours."""
    if op == "contains" and isinstance(given, str):
        part = given.casefold()
        return lambda value: part in value.casefold() if isinstance(value, str) else compare(op, value, given)
    if op == "matches":
        found_in = pattern(given).found_in
        return lambda value: isinstance(value, str) and found_in(value)
    return lambda value: compare(op, value, given)


def _fields(filter: Filter) -> Iterable[str]:
    if isinstance(filter, Where):
        yield filter.field
    elif isinstance(filter, Not):
        yield from _fields(filter.part)
    else:
        for part in filter.parts:
            yield from _fields(part)


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


def _numbers(op: str, numbers: NDArray[np.float64], given: Any) -> Any:
    """A comparison of numbers with what the filter gives."""
    if op in ("in", "not in"):
        wanted = np.array([as_float(value) for value in given if is_number(value)], np.float64)
        found = np.isin(numbers, wanted)
        return ~found if op == "not in" else found
    if op == "exists":
        return given is not False
    if not is_number(given):
        return op == "!="
    limit = as_float(given)
    if op == "=":
        return numbers == limit
    if op == "!=":
        return numbers != limit
    if op == "<":
        return numbers < limit
    if op == "<=":
        return numbers <= limit
    if op == ">":
        return numbers > limit
    if op == ">=":
        return numbers >= limit
    return False
