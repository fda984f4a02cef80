"""One chunk, looked at: its row of the catalogue, its blobs, and whether its levels are those of its values."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from gnomon.model.errors import Unavailable
from gnomon.server.storage.findings import Remedy
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import codec, lod
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk, Totals
from gnomon.server.storage.metrics.embedded.checks import verify
from gnomon.server.storage.metrics.embedded.checks.mend import mended
from gnomon.server.storage.metrics.embedded.checks.verify import Numbers, RowsSeen
from gnomon.server.storage.metrics.embedded.rows import RowsOfChunk
from gnomon.server.storage.metrics.embedded.segments import Gone, Place, Segments
from gnomon.server.storage.metrics.points import Points, Values, as_numbers
from gnomon.server.zstandard import ZstdError

T = TypeVar("T")

UNREADABLE = (ValueError, IndexError, KeyError, TypeError, struct.error, zlib.error, ZstdError, MemoryError)


class Store:
    """A folder of a metric store, for reading only. Another catalogue than its own may be given."""

    def __init__(self, folder: Path, catalogue: Path | None = None) -> None:
        self.folder = folder
        self.segments = Segments(folder / "segments")
        path = catalogue or folder / "catalogue.sqlite"
        self.connection = read_only(path) if path.exists() else Catalogue(Path(":memory:")).connection
        self._rows: dict[Place, RowsSeen] = {}

    def close(self) -> None:
        self.segments.close()
        self.connection.close()

    def rows(self, place: Place) -> RowsSeen:
        """Rows are asked for in the order in which they lie, so the last few are enough."""
        found = self._rows.get(place)
        if found is None:
            found = verify.seen(RowsOfChunk(self.segments.get(place)))
            if len(self._rows) >= 8:
                del self._rows[next(iter(self._rows))]
            self._rows[place] = found
        return found


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot change the database. Raises sqlite3.DatabaseError where it cannot be opened."""
    quoted = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{quoted}?mode=ro", uri=True, isolation_level=None, timeout=30)
    connection.text_factory = any_text
    return connection


def any_text(data: bytes) -> str:
    """Text as it lies there: a flipped bit makes a text of a blob, and must not keep the rest from being read."""
    return data.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a chunk, and the chunk as it was where its row alone has changed."""

    stored: tuple[int, int]
    """Series and first step, as its row says: how the row is found."""
    chunk: Chunk
    says: str
    remedy: Remedy
    place: Place | None
    """The blob that is damaged; None where it is the row."""


class Judge:
    """Looks at one chunk."""

    def __init__(self, store: Store, series: int, stored: Chunk, middle: bytes | None, *, deep: bool) -> None:
        self._store = store
        self._stored = series, stored.step_first
        self.chunk = stored._replace(stat=stored.stat[:-4] if isinstance(stored.stat, bytes) else b"")
        self.verdict: Verdict | None = None
        self.totals: Totals | None = None
        self.size = 0.0
        changed = not cat.is_right(stored.stat, series, *stored[:-1])
        proven = not changed
        if changed:
            mend = mended(stored.stat, (series, *stored[:-1]))
            if mend is not None and mend[1][0] == series:
                self.chunk = Chunk._make((*mend[1][1:], mend[0]))
                proven = True
            self._say("its row of the catalogue has changed on disk", "rebuilt" if proven else "lost")
        if not deep:
            self._shallow(middle)
            return
        rows = self._unpacked(self.chunk.rows, "its rows", store.rows)
        values = self._unpacked(self.chunk.values, "its values", lambda at: self._values(at, self.chunk.points))
        if rows is None or values is None:
            return
        if wrong := verify.wrong_columns(self.chunk, rows):
            self._say(f"its row of the catalogue is not of its values: {wrong}", "lost")
            return
        numbers = verify.numbers_of(rows, values)
        agrees = self._levels(rows, values, numbers, middle)
        if not proven and self.chunk.stat and agrees:
            # Row and statistic say the same as rows and values, which have checksums of their own.
            self.verdict = None
            self._say("its row of the catalogue has changed on disk", "rebuilt")
        self.totals, self.size = _totals(rows, values, numbers)

    def _say(self, says: str, remedy: Remedy, place: Place | None = None) -> None:
        before = self.verdict
        if before is None or (before.remedy == "rebuilt" and remedy == "lost"):
            self.verdict = Verdict(self._stored, self.chunk, says, remedy, place)

    def _shallow(self, middle: bytes | None) -> None:
        for place in (self.chunk.rows, self.chunk.fine, self.chunk.values):
            if place.at + place.size > self._store.segments.size_bytes(place.file):
                self._say("its bytes are beyond the end of the file", "lost", place)
        deep = self.chunk.kept > lod.MIDDLE and not self.chunk.flags & cat.MIXED
        if deep != (middle is not None):
            self._say(
                "its middle level is missing" if deep else "it has a middle level that it does not need", "rebuilt"
            )

    def _unpacked(self, place: Place, what: str, unpack: Callable[[Place], T]) -> T | None:
        try:
            return unpack(place)
        except Gone:
            self._say(f"{what} are in a file that is not there", "lost", place)
        except Unavailable:
            self._say(f"{what} are damaged", "lost", place)
        except UNREADABLE as error:
            self._say(f"{what} cannot be unpacked ({error})", "lost", place)
        return None

    def _values(self, place: Place, count: int) -> Values:
        values = codec.decode(self._store.segments.get(place), count)
        if len(values) != count:
            raise ValueError(f"{len(values)} values for {count} points")
        return values

    def _levels(self, rows: RowsSeen, values: Values, numbers: Numbers, middle: bytes | None) -> bool:
        """Whether the levels are those of the values."""
        chunk = self.chunk
        plain = None if middle is None else middle[:-4]
        if middle is not None and not cat.is_right(middle, *self._stored):
            self._say("its middle level is damaged", "rebuilt")
            plain = None
        try:
            fine = self._store.segments.get(chunk.fine)
        except (Gone, Unavailable):
            self._say("its finest level is damaged", "rebuilt", chunk.fine)
            return False
        try:
            wrong = rows.wrong or verify.wrong_flags(chunk, rows, values, numbers)
            wrong = wrong or verify.wrong_levels(chunk, plain, fine, numbers)
        except UNREADABLE as error:
            wrong = f"its levels cannot be unpacked ({error})"
        if wrong:
            self._say(wrong, "rebuilt")
        return wrong is None


def _totals(rows: RowsSeen, values: Values, numbers: Numbers) -> tuple[Totals, float]:
    """What is known of all points of a chunk, and the sum of their absolute values."""
    if rows.last is None and not numbers.mixed:
        plain = numbers.values
        some = True
    else:
        plain, is_number = as_numbers(values)
        plain = plain[is_number]
        some = bool(is_number.any())
    finite = np.isfinite(plain)
    if not finite.all():
        plain = plain[finite]
    early, late = int(rows.seqs.argmin()), len(rows.seqs) - 1 - int(rows.seqs[::-1].argmax())
    first, last = values[early], values[late]
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.abs(plain).sum())
        return Totals(
            numeric=some, points=len(values), first_step=int(rows.steps[0]), last_step=int(rows.steps[-1]),
            first_time=float(rows.times.min()), last_time=float(rows.times.max()), first_seq=rows.bounds[0],
            first=first.item() if isinstance(first, np.generic) else first, last_seq=rows.bounds[1],
            last=last.item() if isinstance(last, np.generic) else last, finite=len(plain),
            low=float(plain.min()) if len(plain) else None, high=float(plain.max()) if len(plain) else None,
            total=float(plain.sum()),
        ), size  # fmt: skip


def points_of(store: Store, chunks: Iterable[Chunk]) -> list[Points]:
    """The points of chunks that are right but for their levels."""
    found = []
    for chunk in chunks:
        rows = store.rows(chunk.rows)
        found.append(
            Points(rows.steps, rows.times, rows.seqs, codec.decode(store.segments.get(chunk.values), chunk.points))
        )
    return found
