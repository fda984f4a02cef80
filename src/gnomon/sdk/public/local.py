"""Runs in folders of this disk, with no server: also those that still run, and those whose process was killed."""

from __future__ import annotations

import mimetypes
import os
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from gnomon.model.even import Even
from gnomon.model.history import ConsoleLine, ConsolePage, FileInfo, KeyInfo, KeyKind
from gnomon.model.paths import look_up
from gnomon.model.query import LOGGED, RunSearch, extent_of
from gnomon.model.query_match import checked, holds, is_number
from gnomon.model.query_mongo import parse_mongo
from gnomon.model.reading import ReadEnd, ReadFrame, ReadQuery, ReadRows
from gnomon.model.record import RecordPage, RunRecord
from gnomon.model.run import Run
from gnomon.model.summary import nested
from gnomon.sdk.errors import CommError, UnsupportedError, UsageError
from gnomon.sdk.folder import JOURNAL, PARENT
from gnomon.sdk.public import folders
from gnomon.sdk.public.folders import Told
from gnomon.sdk.public.source import RunNotFoundError
from gnomon.sdk.service import Service
from gnomon.sdk.shipper import encoders
from gnomon.sdk.shipper.folder import RunFolder, read_begin
from gnomon.sdk.shipper.raw import RawFiles

Address = tuple[str, str]
"""Project and id."""

Row = tuple[int, float, dict[str, Any]]
"""Step, time and values."""


class Known(NamedTuple):
    """A run, the folders of its attempts, and what their files looked like when they were read."""

    told: Told
    rows: list[Row]
    """In step order."""
    steps: list[int]
    folders: tuple[str, ...]
    seen: tuple[tuple[str, int], ...]


class Local:
    """Run folders, as a source of runs; see `Source`. What still grows is read again when it is asked for again."""

    def __init__(self, place: str) -> None:
        """`place` is a run folder, or a folder of them. Raises UsageError where it is neither."""
        self.place = os.path.abspath(os.path.expanduser(place))
        self.base_url = Path(self.place).as_uri()
        if not os.path.isdir(self.place):
            raise UsageError(f"there is no such folder: {self.place}")
        self._known: dict[Address, Known] = {}

    @property
    def service(self) -> Service:
        """There is none. Raises UnsupportedError."""
        raise UnsupportedError(
            f"{self.place} is read from this disk, and there is no server that could do this; `gnomon sync` brings its "
            "runs to one"
        )

    def only(self) -> RunRecord:
        """The one run of a run folder. Raises RunNotFoundError where it is not one run's."""
        found = self._folders()
        if len(found) != 1:
            raise RunNotFoundError(
                f"{self.place} is not the folder of one run; api.runs({self.place!r}) lists those that are in it"
            )
        ((address, places),) = found.items()
        return self._record(self._read(address, places))

    def record(self, entity: str, project: str, run: str) -> RunRecord:
        """All there is to tell of one run."""
        return self._record(self._find(project, run))

    def records(self, entity: str, project: str, search: RunSearch, *, whole: bool) -> RecordPage:
        """Runs that match: of a project, or of all where none is named."""
        known = [
            self._read(address, places)
            for address, places in self._folders().items()
            if not project or address[0] == project
        ]
        records = sorted(map(self._record, known), key=lambda one: (one.run.created_at, one.run.id))
        keys = {(one.told.project, one.told.run): one.told.last for one in known}
        if search.mongo:
            wanted = checked(parse_mongo(search.mongo))
            records = [one for one in records if holds(wanted, partial(_value, one, keys[one.run.project, one.run.id]))]
        for sort in reversed(search.sort):
            records = _sorted(records, sort.field, sort.descending)
        start = int(search.cursor or 0)
        page, end = records[start : start + search.limit], start + search.limit
        return RecordPage(records=tuple(page), total=len(records), cursor=str(end) if end < len(records) else None)

    def readings(self, entity: str, project: str, asked: ReadQuery) -> Iterator[ReadFrame]:
        """Rows of runs, run by run."""
        for id in dict.fromkeys(asked.runs):
            known = self._find(project, id)
            rows = list(islice(_rows(known, asked), None if asked.limit is None else asked.limit + 1))
            if asked.samples is not None:
                chosen: Even[int] = Even(asked.samples)
                chosen.offer(len(rows), lambda at: at)
                rows = [rows[at] for at in chosen.sample()]
            following = None
            if asked.limit is not None and len(rows) > asked.limit:
                following = rows.pop()["_step"]
            yield ReadRows(id, rows)
            yield ReadEnd(id, following)

    def keys(self, entity: str, project: str, run: str, stream: str = "history") -> list[KeyInfo]:
        """Every key the run has logged."""
        found: dict[str, list[tuple[int, Any]]] = {}
        for step, _, values in _stream(self._find(project, run), stream):
            for key, value in values.items():
                found.setdefault(key, []).append((step, value))
        return [_key(key, values) for key, values in sorted(found.items())]

    def files(self, entity: str, project: str, run: str) -> list[FileInfo]:
        """The files of the run, by path, without their digests."""
        known = self._find(project, run)
        return [info for info in (_info(path, known) for path in sorted(_paths(known))) if info is not None]

    def download(self, entity: str, project: str, run: str, path: str, take: Callable[[bytes], object]) -> None:
        """The bytes of a file, piece by piece. Raises CommError where the run has none of this path."""
        known = self._find(project, run)
        data = _bytes(path, known) if path in _paths(known) else None
        if data is None:
            raise CommError(f"the run {run!r} has no file {path!r} in {', '.join(known.folders)}")
        if isinstance(data, bytes):
            take(data)
            return
        with open(data, "rb") as file:
            while piece := file.read(1 << 20):
                take(piece)

    def console(self, entity: str, project: str, run: str, *, first: int, limit: int) -> ConsolePage:
        """Lines of the terminal."""
        lines = _lines(self._find(project, run).told)
        start = max(0, len(lines) + first) if first < 0 else first
        return ConsolePage(lines=tuple(lines[start : start + limit]), total=len(lines))

    def _folders(self) -> dict[Address, list[str]]:
        """The folders of each run here, in the order of their names, which begin with the time."""
        if folders.is_run(self.place):
            places = [self.place]
        else:
            inner = os.path.join(self.place, PARENT)
            parent = inner if os.path.isdir(inner) else self.place
            places = sorted(os.path.join(parent, name) for name in os.listdir(parent))
        found: dict[Address, list[str]] = {}
        for place in places:
            begin = read_begin(Path(place, JOURNAL)) if folders.is_run(place) else None
            if begin is not None:
                found.setdefault((str(begin.get("project", "")), str(begin.get("run", ""))), []).append(place)
        return found

    def _find(self, project: str, run: str) -> Known:
        for address, places in self._folders().items():
            if address[1] == run and (not project or address[0] == project):
                return self._read(address, places)
        raise RunNotFoundError(f"Could not find run {'/'.join(filter(None, (project, run)))} in {self.place}")

    def _read(self, address: Address, places: Sequence[str]) -> Known:
        seen = tuple(
            (path, os.path.getsize(path))
            for place in places
            for path in (os.path.join(place, name) for name in folders.journals(place))
        )
        known = self._known.get(address)
        if known is None or known.seen != seen:
            told = Told(project=address[0], run=address[1])
            for place in places:
                folders.read(place, told)
            rows = told.merged()
            known = self._known[address] = Known(told, rows, [step for step, _, _ in rows], tuple(places), seen)
        return known

    def _record(self, known: Known) -> RunRecord:
        told = known.told
        state, code = folders.state_of(told, time.time())
        over = state.value not in ("running", "pending", "preempting")
        last_step = known.steps[-1] if known.steps else None
        tree = nested(told.summary)
        if last_step is not None:
            tree.setdefault("_step", last_step)
        tree.setdefault("_timestamp", told.last_at)
        tree.setdefault("_runtime", max(0.0, told.last_at - told.first_at))
        run = Run(
            entity=told.entity or "-", project=told.project, id=told.run, name=told.name or told.run, number=0,
            state=state, notes=told.notes, tags=tuple(told.tags), group=told.group, job_type=told.job_type,
            user=told.entity, host=told.host, program=told.program, created_at=told.first_at, updated_at=told.last_at,
            finished_at=told.last_at if over else None, runtime_secs=max(0.0, told.last_at - told.first_at),
            exit_code=code, last_step=last_step, config=told.config, metadata=told.metadata,
            rules=tuple(told.rules.values()),
        )  # fmt: skip
        system: dict[str, Any] = {}
        for sample in told.system:
            system.update((key, value) for key, value in sample.items() if key != "_time")
        return RunRecord(
            run=run, key=0, project_key=0, whole=True, summary=tree, lines=len(told.log), system=system
        )  # fmt: skip


def _stream(known: Known, stream: str) -> Sequence[Row]:
    """The rows of a stream, in step order; samples of the machine are numbered."""
    if stream != "system":
        return known.rows
    return [
        (at, sample["_time"], {key: value for key, value in sample.items() if key != "_time"})
        for at, sample in enumerate(known.told.system)
    ]


def _rows(known: Known, asked: ReadQuery) -> Iterator[dict[str, Any]]:
    """The rows of the range that have what is asked for, with `_step` and `_time`."""
    rows = _stream(known, asked.stream)
    steps = known.steps if asked.stream != "system" else range(len(rows))
    start = 0 if asked.first is None else bisect_left(steps, asked.first)
    end = len(rows) if asked.last is None else bisect_right(steps, asked.last)
    for at in range(start, end):
        step, time, values = rows[at]
        if not all(key in values for key in asked.every):
            continue
        if asked.keys is not None:
            values = {key: values[key] for key in asked.keys if key in values}
            if not values:
                continue
        yield {"_step": step, "_time": time, **values}


def _lines(told: Told) -> list[ConsoleLine]:
    """The lines as they stood last, journal after journal."""
    found: dict[tuple[int, int], tuple[float, bool, str]] = {}
    order: dict[str, int] = {}
    for journal, line, at, error, text in told.console:
        found[order.setdefault(journal, len(order)), line] = (at, error, text)
    return [
        ConsoleLine(line=number, time=at, stream="stderr" if error else "stdout", text=text, attempt=key[0])
        for number, (key, (at, error, text)) in enumerate(sorted(found.items()))
    ]


def _value(record: RunRecord, keys: dict[str, Any], field: str) -> Any:
    """What a filter finds at a field of a run."""
    run = record.run
    if field.startswith(LOGGED):
        return True if field[len(LOGGED) :] in keys else None
    if extent_of(field) is not None:
        raise UnsupportedError(f"run folders are not searched or sorted by {field!r}: a server knows it")
    if field.startswith("config."):
        return look_up(run.config, field[len("config.") :])
    if field.startswith("summary."):
        return look_up(record.summary, field[len("summary.") :])
    value = getattr(run, field, None)
    if isinstance(value, tuple):
        return list(value)
    return getattr(value, "value", value) or (value if is_number(value) else None)


def _sorted(records: list[RunRecord], field: str, descending: bool) -> list[RunRecord]:
    """In the order of a field, numbers before texts; those without a value last."""
    given: list[tuple[tuple[int, Any], RunRecord]] = []
    without = []
    for record in records:
        value = _value(record, {}, field)
        if is_number(value) and value == value:
            given.append(((0, value), record))
        elif isinstance(value, str):
            given.append(((1, value), record))
        else:
            without.append(record)
    given.sort(key=lambda one: one[0], reverse=descending)
    return [record for _, record in given] + without


def _key(key: str, values: list[tuple[int, Any]]) -> KeyInfo:
    numbers = [value for _, value in values if is_number(value) and value - value == 0]
    last = values[-1][1]
    media = isinstance(last, dict) and isinstance(last.get("_type"), str)
    numeric = all(isinstance(value, (int, float)) for _, value in values)
    kind: KeyKind = "media" if media else "number" if numeric else "text" if isinstance(last, str) else "json"
    return KeyInfo(
        key=key, kind=kind, type=last["_type"] if media else "", points=len(values), first_step=values[0][0],
        last_step=values[-1][0], last=last, min=min(numbers, default=None), max=max(numbers, default=None),
        mean=sum(numbers) / len(numbers) if numbers else None,
    )  # fmt: skip


def _paths(known: Known) -> set[str]:
    """The paths of the run's files."""
    found = set(known.told.files)
    for folder in known.folders:
        base = os.path.join(folder, "files")
        for place, _, names in os.walk(base):
            found.update(os.path.relpath(os.path.join(place, name), base).replace(os.sep, "/") for name in names)
    return found


def _bytes(path: str, known: Known) -> str | bytes | None:
    """Where a file's bytes lie, or the bytes where they still had to be encoded; None where they are gone."""
    parts = path.split("/")
    if ".." in parts or os.path.isabs(path):
        return None
    for folder in reversed(known.folders):
        place = os.path.join(folder, "files", *parts)
        if os.path.isfile(place):
            return place
    said = known.told.files.get(path, {})
    source, raw = said.get("source"), said.get("raw")
    if isinstance(source, str) and os.path.isfile(source):
        return source
    if isinstance(raw, dict):
        for folder in reversed(known.folders):
            try:
                return encoders.encode(RawFiles(RunFolder(folder)).read(raw), raw)
            except (OSError, ValueError, LookupError, TypeError):
                continue
    return None


def _info(path: str, known: Known) -> FileInfo | None:
    """A file, without its digest: that costs reading it. None where its bytes are gone."""
    data = _bytes(path, known)
    if data is None:
        return None
    if isinstance(data, bytes):
        size, at = len(data), known.told.last_at
    else:
        size, at = os.path.getsize(data), os.path.getmtime(data)
    mime = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return FileInfo(path=path, size_bytes=size, mime=mime, digest="", updated_at=at)
