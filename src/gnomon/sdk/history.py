"""Rows: steps, schemas and the fast path of `log()`.

A row of plain values under keys seen before costs one look-up, one encoding and one `write`. Everything else (new
keys, foreign values, nested dicts, media, explicit odd steps) takes the slow path, which ends in the same frames.

No lock is held while writing. The step counter has one, a re-entrant lock, because a signal handler or a finaliser may
log in the middle of a `log()`; it is made anew after `fork`.
"""

from __future__ import annotations

import operator
import struct
import threading
from collections.abc import Mapping, Sequence
from itertools import count
from time import time
from typing import Any, Protocol
from zlib import crc32

import msgspec

from gnomon.model.run import MetricRule
from gnomon.model.summary import KeyFold, entry, fold, rule_for
from gnomon.protocol.journal import FRAME_MARK, Kind
from gnomon.sdk import guard
from gnomon.sdk.journal import fits, framed, record
from gnomon.sdk.values.media import Place
from gnomon.sdk.values.plain import PLAIN, plain
from gnomon.sdk.values.rows import RESERVED, BadRow, Refuse, checked, flat_row

MAX_SCHEMAS = 10_000
"""Key sets remembered at once; a script that invents keys for ever must not grow without end."""

ROW = Kind.ROW.value
STEP_LIMIT = 1 << 63

_encode = msgspec.msgpack.Encoder().encode
_pack = struct.Struct("<II").pack
_all_plain = PLAIN.issuperset


class Sink(Protocol):
    """Where frames go."""

    def append(self, data: bytes) -> None:
        """Keep whole frames."""


class Schema:
    """A set of keys that was logged, and the row logged last under it."""

    __slots__ = ("folds", "id", "keys", "order", "row")

    def __init__(self, number: int, keys: tuple[str, ...]) -> None:
        self.id = number
        self.keys = keys
        self.row: Mapping[str, Any] = {}
        self.order = -1
        self.folds: tuple[tuple[str, KeyFold], ...] = ()


class History:
    """The rows of one run, and what they come to."""

    def __init__(self, journal: Sink, folder: str | None, step: int = 0) -> None:
        self.step = step
        """The step the next row without a step belongs to."""
        self._steps = count(step)
        """The same, counting: what makes two rows never share a step by accident."""
        self.rows = 0
        """How many rows were logged by this process."""
        self.last_time = 0.0
        self.last_step: int | None = None
        self._append = journal.append
        self._folder = folder
        self._schemas: dict[tuple[str, ...], Schema] = {}
        self._incomplete: dict[tuple[str, ...], Schema] = {}
        """Schemas of rows that lack the metric they are drawn over: each such row looks for it, on the slow path."""
        self._numbers = count(1)
        self._lock = threading.RLock()
        self._base: dict[str, tuple[int, Any]] = {}
        """Last values of schemas that are no longer remembered: key -> (order, value)."""
        self._folds: dict[str, KeyFold] = {}
        self._rules: tuple[MetricRule, ...] = ()
        self._stepped = False

    def log(self, data: Any, step: Any = None, commit: bool | None = None) -> None:
        """Write one row. Raises BadRow for what is no row; anything else wrong costs at most the wrong value."""
        if type(data) is not dict:
            data = checked(data)
        row = data.copy()
        schema = self._schemas.get(tuple(row))
        values = row.values()
        if schema is None or not _all_plain(map(type, values)):
            self._log_slowly(checked(row), step, commit)
            return
        step = self._claim(commit) if step is None else self._move(step, commit)
        now = time()
        try:
            payload = _encode((ROW, schema.id, step, now, *values))
            frame = _pack(len(payload) << 8 | FRAME_MARK, crc32(payload)) + payload
        except Exception:  # a huge int or text, a lone surrogate
            self._write(row, step, now)
            return
        self._append(frame)
        self.rows = schema.order = self.rows + 1
        schema.row = row
        self.last_time = now
        self.last_step = step
        if schema.folds:
            _fold(schema, row)

    def _log_slowly(self, row: dict[str, Any], step: Any, commit: bool | None) -> None:
        step = self._claim(commit) if step is None else self._move(step, commit)
        try:
            self._write(row, step, time())
        except BadRow:
            raise
        except Exception as error:
            guard.report("log a row", error)

    def _claim(self, commit: bool | None) -> int:
        """The step of a row for which the user named none; it is nobody else's unless `commit` is False."""
        with self._lock:
            if commit is not None and not commit:
                return self.step
            step = next(self._steps)  # one act: a signal handler that logs may come between any two
            if step >= self.step:
                self.step = step + 1
            return step

    def _restart(self, step: int) -> None:
        self.step, self._steps = step, count(step)

    def _move(self, step: Any, commit: bool | None) -> int:
        """The step a row goes to when the user named one: the counter follows it upwards, and never back."""
        try:
            wanted = _whole(step)
        except Exception:  # foreign code of any kind ran
            shown = _shown(step)
            guard.warn_once("step", f"a step must be a whole number, not {shown}; the row is kept at the current step")
            wanted = self.step
        with self._lock:
            if wanted > self.step:
                self._restart(wanted)
            if commit and wanted == self.step and wanted < STEP_LIMIT - 1:
                self._restart(wanted + 1)
        return wanted

    def _write(self, row: Mapping[str, Any], step: int, now: float) -> None:
        """The slow path: any row to flat and plain, with its schema and files in one write."""
        place = Place(self._folder)
        for name in RESERVED.intersection(row):
            if name == "_timestamp" and isinstance(row[name], (int, float)):
                now = float(row[name])
            elif name != "_step":
                _refuse(name, "the name is reserved")
            row = {key: value for key, value in row.items() if key != name}
        flat = flattened(row, place, step, _refuse)
        if not flat:
            return
        complete = not self._stepped or self._add_steps(flat)
        keys = tuple(flat)
        schema = self._schemas.get(keys) or self._incomplete.get(keys)
        known = schema is not None
        if schema is None:
            schema = Schema(next(self._numbers), keys)
        payload = _encode((ROW, schema.id, step, now, *flat.values()))
        if not fits(payload):
            self._write(_without_largest(flat), step, now)
            return
        if known:
            frames = [*place.frames, framed(payload)]
        else:
            frames = [record(Kind.SCHEMA, schema.id, keys), *place.frames, framed(payload)]
        self._append(b"".join(frames))
        self.rows = schema.order = self.rows + 1
        schema.row = flat
        self.last_time = now
        self.last_step = step
        if not known:
            schema.folds = self._folds_of(keys)
            if len(self._schemas) + len(self._incomplete) >= MAX_SCHEMAS:
                self._forget_schemas()
            (self._schemas if complete else self._incomplete)[keys] = schema
        if schema.folds:
            _fold(schema, flat)

    def _add_steps(self, flat: dict[str, Any]) -> bool:
        """Add last values of the step metrics these keys are drawn over; False where one was never logged."""
        complete = True
        for key in list(flat):
            rule = rule_for(key, self._rules)
            over = rule.step_metric if rule is not None and rule.step_sync is not False else None
            if not over or over in flat:
                continue
            order, found = self._base.get(over, (-2, None))
            for schema in self._known():
                if schema.order > order and over in schema.row:
                    order, found = schema.order, schema.row[over]
            if order == -2:
                complete = False
            else:
                flat[over] = found
        return complete

    def _known(self) -> list[Schema]:
        return [*list(self._schemas.values()), *list(self._incomplete.values())]

    def forked(self) -> None:
        """In a child after `fork`: its own journal will need the schemas said again."""
        self._lock = threading.RLock()
        self._forget_schemas()

    def follow(self, rules: Sequence[MetricRule]) -> None:
        """What `define_metric` said changed: fold from here on what the rules ask for."""
        self._rules = tuple(rules)
        self._stepped = any(rule.step_metric for rule in rules)
        self._forget_schemas()

    def resume(self, last: Mapping[str, Any], step: int) -> None:
        """Go on where an earlier attempt stopped."""
        self._restart(step)
        self._base.update({key: (-1, value) for key, value in last.items()})

    def latest(self) -> dict[str, tuple[int, Any]]:
        """Each logged key with its summary entry and when it was logged (a count of rows)."""
        latest = dict(self._base)
        for schema in self._known():
            order, row = schema.order, schema.row
            for key, value in list(row.items()):
                if key not in latest or latest[key][0] < order:
                    latest[key] = (order, value)
        if self._rules:
            for key in list(latest):
                rule = rule_for(key, self._rules)
                if rule is None or not rule.summary:
                    continue
                known = self._folds.get(key)
                if known is None:
                    continue
                value = entry(known, rule)
                if value is msgspec.UNSET:
                    del latest[key]
                else:
                    latest[key] = (latest[key][0], value)
        return latest

    def _folds_of(self, keys: tuple[str, ...]) -> tuple[tuple[str, KeyFold], ...]:
        found = []
        for key in keys if self._rules else ():
            rule = rule_for(key, self._rules)
            if rule is not None and any(name != "copy" for name in rule.summary):
                found.append((key, self._folds.setdefault(key, KeyFold())))
        return tuple(found)

    def _forget_schemas(self) -> None:
        latest: dict[str, tuple[int, Any]] = self._base
        for schema in self._known():
            for key, value in schema.row.items():
                if key not in latest or latest[key][0] < schema.order:
                    latest[key] = (schema.order, value)
        self._schemas, self._incomplete = {}, {}


def flattened(row: Mapping[str, Any], place: Place, step: int, refuse: Refuse) -> dict[str, Any]:
    """The row, flat and plain; a value that raises when it is looked at costs no other."""
    try:
        return flat_row(row, place, step, refuse)
    except BadRow:
        raise
    except Exception:
        flat: dict[str, Any] = {}
        for key, value in row.items():
            try:
                flat.update(flat_row({key: value}, place, step, refuse))
            except Exception as error:
                refuse(key, f"looking at it raised {type(error).__name__}")
        return flat


def _fold(schema: Schema, row: Mapping[str, Any]) -> None:
    for key, known in schema.folds:
        fresh = {key: known}
        value = row[key]
        if known.first is None and not known.finite and known.last is None:
            known.first = value
        fold(fresh, (key,), ((value,),))


def _whole(step: Any) -> int:
    if type(step) is int:
        found: Any = step
    else:
        try:
            found = operator.index(step)
        except TypeError:
            found = plain(step)
            if isinstance(found, float) and found == int(found):
                found = int(found)
    if type(found) is not int or not -STEP_LIMIT <= found < STEP_LIMIT:
        raise ValueError(f"{step!r} is no step")
    return found


def _shown(value: Any) -> str:
    try:
        return repr(value)[:100]
    except Exception:  # an object that cannot even be looked at
        return f"<{type(value).__name__}>"


def _refuse(key: str, why: str) -> None:
    guard.warn_once(f"value {key}", f"the value logged as {key!r} is not kept: {why}")


def _without_largest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """A row too large for one record, without its largest value."""
    largest = max(flat, key=lambda key: len(key) + len(_encode(flat[key])))
    _refuse(largest, f"it makes the row larger than one record can be, {len(_encode(flat[largest])) / 1e6:.0f} MB")
    return {key: value for key, value in flat.items() if key != largest}


__all__ = ["BadRow", "History", "Schema", "Sink"]
