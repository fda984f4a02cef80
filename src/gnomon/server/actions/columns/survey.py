"""A survey of a large project: every value of config and summary of all its runs, column by column, in files.

To read one field of 100,000 runs takes seconds, as all that they have is read for it; to read every field at once takes
little more. A process of its own does that once (`surveyor`). A column is there in milliseconds then, and takes memory
only while it is used. What changed since the survey is not in it.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Text, select, type_coerce
from sqlalchemy.engine import Connection

from gnomon.model.floats import tagged, untagged
from gnomon.model.paths import MOST_SPLIT, leaf_items
from gnomon.server.actions.columns.column import NUMBER, TEXT, Column
from gnomon.server.actions.columns.paths import LONGEST, Paths
from gnomon.server.storage.tables.schema import runs
from gnomon.server.storage.tables.types import from_json_text

ROWS_TOGETHER = 200
CELL_BYTES = 13
"""What a run takes in a column: a number, the code of a text, and which of these it is."""
MOST_TEXTS_BYTES = 64 << 20
"""A column whose distinct texts take more is left to those who ask for it."""
KINDS = ("config", "summary")


class _Index(msgspec.Struct, frozen=True):
    """What lies where."""

    keys: list[int]
    """Of the runs, ascending."""
    shapes: dict[str, list[list[str]]]
    """By kind: the paths that some run has values at, each combination once."""
    shape_of: dict[str, list[int]]
    """By kind, for each run which of these it has."""
    columns: dict[str, tuple[int, int, int]]
    """By field: the number of its column, and where its texts begin and end."""


class Survey:
    """A survey that was written. Its folder may go once it is open."""

    def __init__(self, folder: Path) -> None:
        self._index = msgspec.json.decode((folder / "index").read_bytes(), type=_Index)
        self._keys = np.array(self._index.keys, np.int64)
        self._texts, self._cells = self._open(folder / "texts"), self._open(folder / "cells")

    def column(self, field: str, keys: NDArray[np.int64]) -> Column | None:
        """What the runs with these keys had in a field, by position; None for a field that it cannot tell."""
        found = self._index.columns.get(field)
        if found is None:
            return None
        number, start, end = found
        size = len(self._keys)
        places = _places(number, size)
        at = np.minimum(np.searchsorted(self._keys, keys), size - 1)
        column = Column(len(keys))
        column.kinds = np.where(self._keys[at] == keys, self._read(places.kinds, np.uint8)[at], 0).astype(np.uint8)
        if (column.kinds == NUMBER).any():
            column.numbers = self._read(places.numbers, np.float64)[at]
        if (column.kinds >= TEXT).any():
            column.codes = self._read(places.codes, np.int32)[at]
            column.know(untagged(msgspec.json.decode(os.pread(self._texts, end - start, start))))
        return column

    def paths(self) -> tuple[Paths, Paths]:
        """The paths of config and of summary that the runs had."""
        index = self._index
        config, summary = (Paths.of(index.keys, index.shapes[kind], index.shape_of[kind]) for kind in KINDS)
        return config, summary

    def _open(self, file: Path) -> int:
        """For as long as somebody has the survey."""
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, descriptor)
        return descriptor

    def _read(self, place: int, kind: type[np.generic]) -> NDArray[Any]:
        """One part of a column, in one piece: were it mapped, it would come page by page where it is not in memory."""
        there = np.zeros(len(self._keys), kind)
        data = os.pread(self._cells, there.nbytes, place)
        there.view(np.uint8)[: len(data)] = np.frombuffer(data, np.uint8)  # nothing was written beyond the file's end
        return there


def write(conn: Connection, project: int, folder: Path, *, most_bytes: int) -> None:
    """Surveys the project into the folder; columns beyond so many bytes are left out."""
    own = (runs.c.project == project, runs.c.deleted_at.is_(None))
    keys = sorted(conn.execute(select(runs.c.key).where(*own)).scalars())
    place = {key: at for at, key in enumerate(keys)}
    room = _Room(folder / "cells", len(keys), most_bytes)
    kinds = [_Kind(len(keys), room) for _ in KINDS]
    query = select(runs.c.key, *(type_coerce(runs.c[kind], Text) for kind in KINDS)).where(*own)
    for part in conn.execute(query).partitions(ROWS_TOGETHER):
        of, *texts = zip(*part, strict=True)
        at = np.fromiter(map(place.__getitem__, of), np.intp, len(of))
        for kind, given in zip(kinds, texts, strict=True):
            kind.put(at, given)
    columns = {}
    with (folder / "texts").open("wb") as out:
        for name, kind in zip(KINDS, kinds, strict=True):
            for path, (number, column) in kind.exact():
                start = out.tell()
                out.write(msgspec.json.encode(tagged(column.values)))
                columns[f"{name}.{path}"] = (number, start, out.tell())
    index = _Index(
        keys=keys,
        shapes={name: list(map(list, kind.shapes)) for name, kind in zip(KINDS, kinds, strict=True)},
        shape_of={name: kind.shape_of.tolist() for name, kind in zip(KINDS, kinds, strict=True)},
        columns=columns,
    )
    (folder / "index").write_bytes(msgspec.json.encode(index))


class _Places(NamedTuple):
    """Where the parts of a column begin."""

    numbers: int
    codes: int
    kinds: int


def _places(number: int, size: int) -> _Places:
    start = number * _stride(size)
    return _Places(start, start + 8 * size, start + 12 * size)


def _stride(size: int) -> int:
    """How far the columns of so many runs lie apart; all begin where a number may."""
    return (CELL_BYTES * size + 7) // 8 * 8


class _Room:
    """The file of the cells: a region for each column, one after the other. What nobody wrote takes no room in it."""

    def __init__(self, file: Path, size: int, most_bytes: int) -> None:
        self._file = file
        self._size = size
        self._left = most_bytes // max(1, _stride(size))
        self._count = 0
        file.write_bytes(b"\n")

    def column(self) -> tuple[int, Column] | None:
        """The number of the next region, and an empty column in it; None where there is no more room."""
        if self._count >= self._left:
            return None
        number, self._count = self._count, self._count + 1
        stride = _stride(self._size)
        cells = np.memmap(self._file, np.uint8, "r+", offset=number * stride, shape=(stride,))
        numbers, codes, kinds = _places(0, self._size)
        column = Column(0)
        column.numbers = cells[numbers:codes].view(np.float64)
        column.codes = cells[codes:kinds].view(np.int32)
        column.kinds = cells[kinds : kinds + self._size]
        return number, column


class _Kind:
    """Columns of one kind of values, `config` say."""

    def __init__(self, size: int, room: _Room) -> None:
        self.shapes: dict[tuple[str, ...], int] = {}
        """Their numbers, by the paths."""
        self.shape_of = np.zeros(size, np.int32)
        self._room = room
        self._columns: dict[str, tuple[int, Column] | None] = {}
        self._twice: set[str] = set()
        """Paths that a run has two values at."""

    def put(self, at: NDArray[np.intp], texts: Sequence[str]) -> None:
        """These are the values of the runs at these places, as JSON."""
        alike: dict[tuple[str, ...], tuple[list[int], list[tuple[Any, ...]]]] = {}
        for number, text in enumerate(texts):
            shape, values = self._read(text)
            places, rows = alike.setdefault(shape, ([], []))
            places.append(number)
            rows.append(values)
        for shape, (places, rows) in alike.items():
            here = at[places]
            self.shape_of[here] = self.shapes.setdefault(shape, len(self.shapes))
            for path, column in zip(shape, zip(*rows, strict=True), strict=True):
                self._fill(path, here, column)

    def exact(self) -> Iterator[tuple[str, tuple[int, Column]]]:
        """The columns that say what `look_up` finds: no path is part of another one, or can be meant in two ways."""
        within = {path[:dot] for path in self._columns for dot, mark in enumerate(path) if mark == "."}
        for path, found in self._columns.items():
            parts = path.split(".")
            outer = (".".join(parts[:count]) for count in range(1, len(parts)))
            odd = path in within or path in self._twice or any(each in self._columns for each in outer)
            if found is not None and not odd and len(parts) <= MOST_SPLIT:
                yield path, found

    def _read(self, text: str) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """The paths of the values, and the values."""
        values = from_json_text(text)
        if text.count("{") == 1:  # nothing lies deeper
            return tuple(values), tuple(values.values())
        paths, found = zip(*leaf_items(values), strict=True)
        if len(set(paths)) < len(paths):
            self._twice.update(path for path in paths if paths.count(path) > 1)
        return paths, found

    def _fill(self, path: str, at: NDArray[np.intp], values: Sequence[Any]) -> None:
        if len(path) > LONGEST:
            return
        if path not in self._columns:
            self._columns[path] = self._room.column()
        found = self._columns[path]
        if found is not None:
            found[1].fill(at, values)
            if found[1].texts_bytes > MOST_TEXTS_BYTES:
                self._columns[path] = None
