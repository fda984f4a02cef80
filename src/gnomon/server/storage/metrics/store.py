"""What every metric store promises, whatever engine is behind it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, NewType, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.model.history import Repeats as Repeats

RunKey = NewType("RunKey", int)
"""The internal number of a run, given by the tables; never used twice."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes `[start, end)` of one journal, from which points came: what makes a retry harmless."""

    journal: str
    start: int
    end: int


Column = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_] | list[str | None]
"""Numbers as they were logged, or JSON text (strings, media references, lists); None is no value."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that have the same keys, in the order in which they were logged."""

    stream: str
    """`history`, `system`, or `console/<attempt>` (key `text`, step = line number)."""
    keys: tuple[str, ...]
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """A curve as columns of equal length; row i is the i-th bucket. Exact: equal to a scan of the points.

    `x_min` and `x_max` are the least and greatest x that fell into the bucket. `low`, `high`, `mean`, `first`, `last`
    speak of finite values only (NaN where there is none); `count` counts those; `nan`, `pos_inf`, `neg_inf` the others.
    `step_low` and `step_high` are the steps of the least and the greatest finite value, the earliest where several are
    equal, and `step_first` where there is none. `raw` says each bucket is one point.
    """

    x_min: NDArray[np.float64]
    x_max: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    count: NDArray[np.int64]
    nan: NDArray[np.int64]
    pos_inf: NDArray[np.int64]
    neg_inf: NDArray[np.int64]
    step_first: NDArray[np.int64]
    step_last: NDArray[np.int64]
    step_low: NDArray[np.int64]
    step_high: NDArray[np.int64]
    points: int
    raw: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A range of x, both ends included; None is open."""

    first: float | None = None
    last: float | None = None


WHOLE = Span()
"""All of x."""


@dataclass(frozen=True, slots=True)
class CurveAsked:
    """One of many curves that are asked for together."""

    run: RunKey
    key: str
    span: Span = WHOLE


@dataclass(frozen=True, slots=True)
class KeyStats:
    """All that is known of one key of one run without reading its points."""

    key: str
    numeric: bool
    points: int
    first_step: int
    last_step: int
    first_time: float
    last_time: float
    first: Any
    last: Any
    """The value of the row that was appended last; a number, or the parsed JSON of a text value."""
    finite: int
    low: float | None
    high: float | None
    total: float


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows in step order, at most as many as asked; `next_step` is where the next page begins, None at the end."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    next_step: int | None = None


ColumnType = Literal["float", "int", "bool", "string", "json"]
"""How the values of a key are read as one column: exactly, in the narrowest type that holds them all.

Ints and floats together are floats where these hold every int; whatever else comes together is JSON text.
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of a batch: float64, int64, bool, or objects that are str. NaN is a value, not a missing one."""

    type: ColumnType
    values: NDArray[Any]
    valid: NDArray[np.bool_] | None
    """Which rows have a value; None is all of them. What stands at the others means nothing."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in step order, as aligned columns."""

    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    columns: Mapping[str, Cells]

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class KeyBatch:
    """Points of one key in step order; every row has a value."""

    key: str
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    cells: Cells

    def __len__(self) -> int:
        return len(self.steps)


class SharedKey(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of one key of several runs together without reading its points."""

    key: str
    runs: int
    """How many of the runs have it."""
    latest: int
    """The greatest of these runs."""
    numeric: bool
    """Whether the key is numeric in that run."""
    last: Any
    """What that run logged last, as `KeyStats` has it."""
    points: int
    first_step: int
    last_step: int
    finite: int
    low: float | None
    high: float | None
    total: float


class Extent(NamedTuple):
    """How far the finite numbers of a key of one run go; there is at least one."""

    low: float
    high: float
    mean: float


class MetricStore(Protocol):
    """Values over steps, for many runs. Safe to share between tasks; every method may be called at any time.

    Nothing is refused for its step: late, repeated and backward steps are kept. NaN and the infinities are values
    like any other and come back as they went in, and so do ints up to 2**63, bools and text. A read sees every append
    that returned before it began.
    """

    async def append(self, run: RunKey, source: Source, blocks: Sequence[Block]) -> int:
        """Keep the blocks, and that the journal was taken up to `source.end`, which is returned.

        When it returns, both survive power loss. Bytes already taken change nothing: where `source.end` is at or
        below the journal's offset, that offset is returned. Raises Conflict (with `next_offset`) where `source.start`
        is not the journal's offset, and Unavailable where the store cannot write or is behind.
        """

    async def offsets(self, run: RunKey) -> dict[str, int]:
        """How far each journal of the run was taken."""

    async def series(
        self,
        run: RunKey,
        key: str,
        *,
        stream: str = "history",
        x: str = "_step",
        span: Span = WHOLE,
        buckets: int = 1000,
        repeats: Repeats = "last",
    ) -> Buckets:
        """At most `buckets` exact buckets over `span`, or the raw points once they fit; of an unknown key, none.

        `x` is `_step`, `_time`, or another key of the same stream, joined on step: of that key the last value of a step
        counts, and points without a finite one are left out. Costs O(buckets), whatever the number of points, where
        x rises with the step, and another key was logged in the same rows.
        """

    async def curves(
        self,
        asked: Sequence[CurveAsked],
        *,
        stream: str = "history",
        x: str = "_step",
        buckets: int = 1000,
        repeats: Repeats = "last",
    ) -> list[Buckets]:
        """What `series` answers for each, in order, for less than asking one by one."""

    async def keys(self, run: RunKey, stream: str = "history") -> list[KeyStats]:
        """Every key the run has in the stream, sorted by name."""

    async def shared_keys(
        self, runs: Sequence[RunKey], stream: str = "history", *, live: Collection[RunKey] = ()
    ) -> list[SharedKey]:
        """Every key that some of the runs have in the stream, sorted by name.

        Costs little for runs that did not change since they were asked for last, be it before a start; those that are
        `live` are expected to change.
        """

    async def extents(self, runs: Sequence[RunKey], key: str, stream: str = "history") -> dict[RunKey, Extent]:
        """How far the numbers of one key go, for those of the runs that have any; for less than asking one by one."""

    async def rows(
        self,
        run: RunKey,
        *,
        stream: str = "history",
        keys: Sequence[str] | None = None,
        first_step: int | None = None,
        last_step: int | None = None,
        limit: int = 1000,
        repeats: Repeats = "last",
    ) -> RowPage:
        """Rows as `{"_step", "_time", key: value, ...}` in step order.

        A row has what was logged for its step, and the time of the value logged last. With `repeats="all"` each logged
        row is a row, so a step may come several times; a page never ends within a step.
        """

    async def types(self, run: RunKey, stream: str = "history") -> dict[str, ColumnType]:
        """How each key of the stream is read as a column, judged by all of its points; sorted by name."""

    def scan(
        self,
        run: RunKey,
        *,
        stream: str = "history",
        keys: Sequence[str] | None = None,
        first_step: int | None = None,
        last_step: int | None = None,
        repeats: Repeats = "last",
    ) -> AsyncGenerator[Batch, None]:
        """The rows that `rows` pages through, all of them, as columns, in batches of bounded size.

        Every batch has the same columns, those of the keys that the run has, sorted by name; there is one at least, be
        it without rows. What was appended before the first batch is there, once, and what is appended later is not;
        truncating or deleting the run meanwhile may take rows away. With `repeats="mean"` ints and bools are floats.
        """

    def points(
        self,
        run: RunKey,
        *,
        stream: str = "history",
        keys: Sequence[str] | None = None,
        first_step: int | None = None,
        last_step: int | None = None,
        repeats: Repeats = "last",
    ) -> AsyncGenerator[KeyBatch, None]:
        """The same values key by key, sorted by name, each with the time at which it was logged itself.

        Of a key without points in the range comes nothing. What `scan` promises otherwise holds here too.
        """

    async def truncate(self, run: RunKey, *, after_step: int, stream: str = "history") -> None:
        """Forget the rows whose step is greater than `after_step`."""

    async def next_row(self, run: RunKey) -> int:
        """The number of the row that is logged next. Rows of a run are numbered in the order of logging, each once."""

    async def move(
        self,
        run: RunKey,
        *,
        stream: str,
        to_stream: str,
        names: Mapping[str, str] | None = None,
        first_step: int | None = None,
        last_step: int | None = None,
        before_row: int | None = None,
    ) -> int:
        """Take points out of a stream and into another, or within it to other names; how many points that were.

        `names` maps each key to its name at the destination; None is all keys, under their names. Only points with
        steps from `first_step` to `last_step` and of rows numbered less than `before_row` go. Where the destination key
        has points already, all are kept in the order of (step, row); of one row, what arrives comes last. When it
        returns, it survives power loss; a crash meanwhile leaves all or nothing of it. What is appended meanwhile may
        go or stay. Costs what is rewritten: chunks that the range cuts, or that meet others at the destination.

        Raises ValueError where two keys get one name, or within a stream a key gets a name that is taken from another.
        """

    async def copy(
        self, run: RunKey, to_run: RunKey, *, last_step: int | None = None, streams: Sequence[str] = ("history",)
    ) -> int:
        """Give another run what the first has up to a step, without copying it; how many points that are.

        Rows of the other are numbered on from those of the first. It has the same points, not the journals' offsets,
        and from then on either may be changed or deleted without the other. All of it survives a crash, or nothing.
        Nobody may write to the other run meanwhile. Raises Conflict where it has rows.
        """

    async def forget(self, run: RunKey, *, stream: str) -> None:
        """Forget a stream. Forgetting an unknown one is not an error."""

    async def delete(self, run: RunKey) -> None:
        """Forget the run. Deleting an unknown run is not an error."""

    async def close(self) -> None:
        """Put everything to rest; the store is not used again."""
