"""All rows of a run, read as far as they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gnomon.model.reading import ReadEnd, ReadQuery
from gnomon.sdk.public.columns import PLACES, Shape, rows_of

if TYPE_CHECKING:
    from gnomon.sdk.public.run import Run


class HistoryScan(Iterator[dict[str, Any]]):
    """Every row from `min_step` up to `max_step`, in step order, once, each value as it was logged.

    With `keys` the rows that have each of them, and of these rows only the keys and `_step`. About `page_size` rows are
    asked for at a time. With `use_cache` the rows are kept, so that going through them again asks for nothing; else
    they are let go of, and asked for again.
    """

    def __init__(
        self,
        run: Run,
        *,
        min_step: int = 0,
        max_step: int | None = None,
        keys: Sequence[str] | None = None,
        page_size: int = 1000,
        use_cache: bool = True,
    ) -> None:
        self.run, self.min_step, self.keys, self.page_size = run, min_step, keys, page_size
        self._stop_step = max_step
        self._use_cache = use_cache
        names = None if not keys else tuple(dict.fromkeys(("_step", *keys)))
        self._shape: Shape = run._shape(names)
        self._query = query_of(run.id, names, None)
        self._kept: list[list[dict[str, Any]]] = []
        self._next_step: int | None = min_step
        self._begin()

    def _begin(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.scan_offset = 0
        self._page = 0
        if not self._use_cache:
            self._kept, self._next_step = [], self.min_step

    @property
    def max_step(self) -> int:
        """The greatest step that can come."""
        last = self.run.lastHistoryStep
        return last if self._stop_step is None else min(self._stop_step - 1, last)

    def __iter__(self) -> HistoryScan:
        self._begin()
        return self

    def __next__(self) -> dict[str, Any]:
        while self.scan_offset >= len(self.rows):
            if not self._load_next():
                raise StopIteration
        row = self.rows[self.scan_offset]
        self.scan_offset += 1
        return row

    def _load_next(self) -> bool:
        if self._page < len(self._kept):
            self.rows = self._kept[self._page]
        else:
            page = self._fetch()
            if page is None:
                return False
            self.rows = page
            if self._use_cache:
                self._kept.append(page)
        self._page += 1 if self._use_cache else 0
        self.scan_offset = 0
        return True

    def _fetch(self) -> list[dict[str, Any]] | None:
        first = self._next_step
        last = None if self._stop_step is None else self._stop_step - 1
        if first is None or (last is not None and first > last):
            return None
        asked = ReadQuery(
            runs=self._query.runs, keys=self._query.keys, every=self._query.every, times=self._query.times, first=first,
            last=last, limit=max(1, self.page_size),
        )  # fmt: skip
        rows: list[dict[str, Any]] = []
        for frame in self.run._source.readings(self.run.entity, self.run.project, asked):
            if isinstance(frame, ReadEnd):
                self._next_step = frame.next
            else:
                rows += rows_of(frame, self._shape)
        return rows


def query_of(run: str, names: tuple[str, ...] | None, samples: int | None, stream: str = "history") -> ReadQuery:
    """What to ask for to get rows of a run with these names, or all of them.

    >>> query_of("r1", ("_step", "loss"), 500)
    ReadQuery(runs=('r1',), keys=('loss',), every=('loss',), stream='history', first=None, last=None, samples=500, limit=None, times=False)
    """  # noqa: E501
    logged = None if names is None else tuple(name for name in names if name not in PLACES)
    keys = logged or None
    if keys is not None and names is not None and "_runtime" in names:
        keys = (*keys, "_runtime")
    return ReadQuery(
        runs=(run,), keys=keys, every=logged or (), samples=samples,
        stream="system" if stream == "system" else "history",
        times=names is None or "_timestamp" in names or "_runtime" in names,
    )  # fmt: skip
