"""The bytes of a journal, from some offset on, as a value: what to keep in which store. Pure.

    post ──▶ decode(data, start, schemas) ──▶ Batch ──▶ changes   ──▶ tables, in order, each with its offset
                                                    └▶ blocks    ──▶ metric store, under [start, end)

Nothing in a journal is refused: a record that cannot be understood is counted and stepped over, because the
sender could do nothing else with it either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from gnomon.protocol import journal
from gnomon.protocol.journal import MAGIC, Kind
from gnomon.server.actions.ingest.columns import Piece, blocks, pieces, text
from gnomon.server.actions.ingest.strided import MAX_TIME, MIN_ROWS, stretch
from gnomon.server.storage.metrics.store import Block

MAX_RECORDS = 100_000
"""So many records that are read one by one end a batch; the sender goes on from `end`. Bounds memory."""
MAX_FAST_ROWS = 1_000_000
MAX_KEY_CHARS = 2_000
MAX_SCHEMA_KEYS = 100_000

CONSOLE = "console"
"""Stands for the stream `console/<attempt>` until the attempt's number is known."""
SYSTEM = "system"
HISTORY = "history"

Schemas = Mapping[int, tuple[str, ...]]

_CHANGES = frozenset((Kind.BEGIN, Kind.RUN, Kind.CONFIG, Kind.SUMMARY, Kind.METRIC, Kind.EXIT, Kind.LOST, Kind.ALERT))
_NOT_OURS = frozenset((Kind.FILE, Kind.ARTIFACT))
"""What the shipper does with requests of their own."""


class Change(NamedTuple):
    """One record that changes tables; `body` is what follows its kind."""

    at: int
    kind: Kind
    body: list[Any]


class NewSchema(NamedTuple):
    at: int
    id: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """What the bytes `[start, end)` of a journal hold."""

    start: int
    end: int
    blocks: tuple[Block, ...] = ()
    changes: tuple[Change, ...] = ()
    schemas: tuple[NewSchema, ...] = ()
    logged: Mapping[str, int] = field(default_factory=dict)
    """For each key of the history, where the last row that has it begins."""
    rows: int = 0
    points: int = 0
    lines: int = 0
    """One more than the greatest console line number in here; 0 where there is none."""
    last_step: int | None = None
    """The greatest step of the history in here."""
    damaged_bytes: int = 0
    skipped: int = 0
    """Whole records that could not be understood."""
    skipped_why: tuple[str, ...] = ()


def decode(data: bytes, start: int, schemas: Schemas) -> Batch:
    """All whole records in `data`, which begins at offset `start` of its journal; `schemas` are those known there.

    `end` is where the sender has to go on: behind the last record taken.
    """
    return _Reader(data, start, schemas).read()


class _Reader:
    """The state of one decode."""

    def __init__(self, data: bytes, start: int, schemas: Schemas) -> None:
        self.data = data
        self.start = start
        self.schemas = dict(schemas)
        self.new_schemas: list[NewSchema] = []
        self.changes: list[Change] = []
        self.history: list[Piece] = []
        self.rows: list[list[Any]] = []
        """Rows read one by one and not yet made columns: the record with its kind replaced by its number."""
        self.row_count = 0
        self.samples: dict[tuple[str, ...], list[tuple[int, float, list[Any]]]] = {}
        self.sample_count = 0
        self.lines: dict[int, tuple[float, int, str]] = {}
        self.logged_at: dict[tuple[str, ...], int] = {}
        self.damaged_bytes = 0
        self.skipped: Counter[str] = Counter()

    def read(self) -> Batch:
        at, records = 0, 0
        if self.start == 0 and self.data[: len(MAGIC)] == MAGIC:
            at = len(MAGIC)
        more = True
        while more:
            at, records, more = self._slowly(at, records)
            if more:
                at, more = self._fast(at)
        return self._batch(at)

    def _slowly(self, at: int, records: int) -> tuple[int, int, bool]:
        """Record by record, until the bytes end, or a stretch of equal frames may begin at the place returned."""
        streak, length = 0, 0
        view = memoryview(self.data)[at:]
        # `frames` steps over the magic at offset 0 by itself; here that is done, or it was not there.
        base = at or 1
        shift = at - base
        for frame_start, frame_end, payload in journal.frames(view, base):
            begin, end = frame_start + shift, frame_end + shift
            if begin > at:
                self.damaged_bytes += begin - at
            at = end
            records += 1
            is_row = self._take(begin, payload)
            if records >= MAX_RECORDS:
                return at, records, False
            if is_row and len(payload) == length:
                streak += 1
                if streak >= 4 and self._equal_ahead(at, length):
                    return at, records, True
            else:
                streak, length = 0, len(payload) if is_row else 0
        tail = journal.undecided(self.data, at) if at < len(self.data) else at
        # At offset 0 nothing is known to be damaged before the magic itself has come whole.
        if tail > at and not (self.start == 0 and at == 0 and len(self.data) < len(MAGIC)):
            self.damaged_bytes += tail - at
            at = tail
        return at, records, False

    def _equal_ahead(self, at: int, length: int) -> bool:
        """Whether the frame some rows ahead begins as this one does, so that the fast road is worth a try."""
        far = at + (MIN_ROWS - 1) * (length + journal.HEADER_BYTES)
        return far + 4 <= len(self.data) and self.data[far : far + 4] == self.data[at : at + 4]

    def _fast(self, at: int) -> tuple[int, bool]:
        """Stretches of equal rows from `at` on, as long as there are any."""
        while True:
            found = stretch(self.data, at, MAX_FAST_ROWS - self.row_count, self._accepts)
            if found is None:
                break
            keys = self.schemas[found.schema]
            self._flush_rows()
            order = np.arange(self.row_count, self.row_count + found.rows, dtype=np.int64)
            self.history.append(Piece(keys, order, found.steps, found.times, found.columns))
            self.row_count += found.rows
            self.logged_at[keys] = self.start + found.end - 1
            at = found.end
        # What stands at `at` now is for the slow road, at least for a few records.
        return at, self.row_count < MAX_FAST_ROWS

    def _accepts(self, schema: int, values: int) -> bool:
        keys = self.schemas.get(schema)
        return keys is not None and len(keys) == values == len(set(keys)) and max(map(len, keys)) <= MAX_KEY_CHARS

    def _take(self, begin: int, payload: memoryview) -> bool:
        """Keep one record; says whether it was a row."""
        try:
            record = journal.decode(payload)
        except (ValueError, RecursionError):
            self.skipped["not a record"] += 1
            return False
        kind = record[0]
        if kind == Kind.ROW:
            return self._row(begin, record)
        try:
            if kind == Kind.CONSOLE:
                self._line(record)
            elif kind == Kind.SYSTEM:
                self._sample(record)
            elif kind == Kind.SCHEMA:
                self._schema(begin, record)
            elif kind in _CHANGES:
                self.changes.append(Change(self.start + begin, Kind(kind), record[1:]))
            elif kind not in _NOT_OURS:
                self.skipped[f"unknown kind {kind}"] += 1
        except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError) as error:
            self.skipped[f"{Kind(kind).name} record: {error}"[:200]] += 1
        return False

    def _row(self, begin: int, record: list[Any]) -> bool:
        if len(record) < 4:
            self.skipped["row without schema, step and time"] += 1
            return False
        _, schema, step, time = record[:4]
        keys = self.schemas.get(schema) if type(schema) is int else None
        if keys is None:
            self.skipped["row of an unknown schema"] += 1
            return False
        if type(step) is float and step.is_integer():
            step = int(step)
        if type(step) is not int or not -(1 << 63) <= step < 1 << 63:
            self.skipped[f"step {step!r}"[:200]] += 1
            return False
        if len(record) - 4 != len(keys):
            self.skipped["row with more or fewer values than its schema"] += 1
            return False
        record[0] = keys
        record[1] = self.row_count
        record[2] = step
        record[3] = _time(time)
        self.rows.append(record)
        self.row_count += 1
        self.logged_at[keys] = self.start + begin
        return True

    def _schema(self, begin: int, record: list[Any]) -> None:
        _, number, names = record[:3]
        if type(number) is not int:
            raise ValueError("its id is no integer")
        if len(names) > MAX_SCHEMA_KEYS:
            raise ValueError(f"more than {MAX_SCHEMA_KEYS} keys")
        keys = tuple(name if isinstance(name, str) else text(name) for name in names)
        self.schemas[number] = keys
        self.new_schemas.append(NewSchema(self.start + begin, number, keys))

    def _line(self, record: list[Any]) -> None:
        _, line, time, stream, words = record[:5]
        if type(line) is not int or not 0 <= line < 1 << 53:
            raise ValueError(f"line number {line!r}")
        self.lines[line] = (_time(time), 2 if stream == 2 else 1, words if isinstance(words, str) else text(words))

    def _sample(self, record: list[Any]) -> None:
        _, time, numbers = record[:3]
        time = _time(time)
        keys, values = [], []
        for key, value in numbers.items():
            if isinstance(key, str) and isinstance(value, (int, float)) and len(key) <= MAX_KEY_CHARS:
                keys.append(key)
                values.append(float(value))
            else:
                self.skipped["system sample that is no number"] += 1
        # Samples have no step; the millisecond keeps those of all attempts in order.
        self.samples.setdefault(tuple(keys), []).append((int(time * 1000), time, values))

    def _flush_rows(self) -> None:
        """Make columns of the rows read one by one."""
        by_keys: dict[tuple[str, ...], list[list[Any]]] = {}
        segments: list[tuple[tuple[str, ...], list[list[Any]]]] = []
        previous: tuple[str, ...] | None = None
        for record in self.rows:
            keys = record[0]
            by_keys.setdefault(keys, []).append(record)
            if keys is not previous:
                segments.append((keys, []))
                previous = keys
            segments[-1][1].append(record)
        # Many short stretches are transposed schema by schema; `blocks` puts shared keys back into order.
        groups = segments if len(segments) <= 64 else list(by_keys.items())
        for keys, records in groups:
            if not keys:
                continue
            _, order, steps, times, *columns = zip(*records, strict=True)
            if len(set(keys)) != len(keys):
                places = {key: place for place, key in enumerate(keys)}
                keys, columns = tuple(places), [columns[place] for place in places.values()]
            if max(map(len, keys)) > MAX_KEY_CHARS:
                self.skipped[f"keys longer than {MAX_KEY_CHARS} letters"] += 1
                kept = [place for place, key in enumerate(keys) if len(key) <= MAX_KEY_CHARS]
                keys, columns = tuple(keys[place] for place in kept), [columns[place] for place in kept]
            self.history.extend(pieces(keys, order, steps, times, columns))
        self.rows = []

    def _batch(self, at: int) -> Batch:
        self._flush_rows()
        found = blocks(HISTORY, self.history)
        steps = [int(block.steps.max()) for block in found]
        points = sum(len(block.steps) * len(block.keys) for block in found)
        logged: dict[str, int] = {}
        for keys, where in self.logged_at.items():
            for key in keys:
                logged[key] = max(logged.get(key, 0), where)
        for keys, samples in self.samples.items():
            if keys:
                order, times, values = zip(*samples, strict=True)
                columns = list(zip(*values, strict=True))
                found.extend(blocks(SYSTEM, pieces(keys, range(len(order)), order, times, columns)))
        found.extend(self._console())
        return Batch(
            start=self.start,
            end=self.start + at,
            blocks=tuple(found),
            changes=tuple(self.changes),
            schemas=tuple(self.new_schemas),
            logged=logged,
            rows=self.row_count,
            points=points,
            lines=max(self.lines, default=-1) + 1,
            last_step=max(steps, default=None),
            damaged_bytes=self.damaged_bytes,
            skipped=sum(self.skipped.values()),
            skipped_why=tuple(f"{why} ({count})" for why, count in self.skipped.most_common(10)),
        )

    def _console(self) -> list[Block]:
        found = []
        for number, key in ((1, "stdout"), (2, "stderr")):
            lines = sorted((line, time, words) for line, (time, where, words) in self.lines.items() if where == number)
            if lines:
                steps, times, texts = zip(*lines, strict=True)
                found.append(
                    Block(
                        CONSOLE,
                        (key,),
                        np.array(steps, dtype=np.int64),
                        np.array(times, dtype=np.float64),
                        ([text(words) for words in texts],),
                    )
                )
        return found


def _time(value: Any) -> float:
    """A time as it was logged; 0 where it is none."""
    if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < MAX_TIME:
        return float(value)
    return 0.0
