"""The runs of a project that match, fetched page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from gnomon.model.query import RunSearch
from gnomon.model.reading import ReadFrame
from gnomon.sdk.public.columns import Shape, by_run, rows_of
from gnomon.sdk.public.frames import load, pandas_table, polars_table
from gnomon.sdk.public.orders import sorts
from gnomon.sdk.public.pages import Pages
from gnomon.sdk.public.run import Run
from gnomon.sdk.public.source import BadPathError, Source

if TYPE_CHECKING:
    from gnomon.sdk.public.about import About
    from gnomon.sdk.public.sweeps import Sweep

MOST_A_PAGE = 1000
RUNS_TOGETHER = 1000
"""So many histories are asked for in one request."""


class Runs(Pages[Run]):
    """Runs of a project that match `filters`, in `order`.

    A page has at most 1,000 runs. `len(runs)` counts them without fetching them, `runs[3]` and `runs[:10]` fetch as far
    as needed. With `lazy` a page comes without configs and summaries; the first of these that is looked at fetches
    those of its whole page.
    """

    def __init__(
        self, source: Source, entity: str, project: str, filters: dict[str, Any] | None = None,
        order: str = "+created_at", per_page: int = 50, include_sweeps: bool = False, lazy: bool = True,
    ) -> None:  # fmt: skip
        if per_page < 1:
            raise BadPathError(f"per_page is {per_page}; it is 1 or more")
        super().__init__(min(per_page, MOST_A_PAGE))
        self._source, self.entity, self.project = source, entity, project
        self.filters, self.order = filters or {}, order or "+created_at"
        self._include_sweeps, self._lazy = include_sweeps, lazy
        self._search = RunSearch(mongo=self.filters or None, sort=sorts(self.order), limit=self.per_page)
        self._cursor: str | None = None

    def _fetch(self) -> list[Run]:
        search = msgspec.structs.replace(self._search, cursor=self._cursor)
        page = self._source.records(self.entity, self.project, search, whole=not self._lazy)
        self._total, self._cursor = page.total, page.cursor
        self.more = page.cursor is not None
        found = [Run(self._source, record, lazy=self._lazy, page=self) for record in page.records]
        if self._include_sweeps:
            self._give_sweeps(found)
        return found

    @property
    def cursor(self) -> str | None:
        """Where the next page begins."""
        return self._cursor

    def _give_sweeps(self, found: Sequence[Run]) -> None:
        known: dict[str, Sweep | None] = {run.sweep_name or "": run._sweep for run in self.objects}
        for run in found:
            if run.sweep_name:
                run._sweep = known[run.sweep_name] = known.get(run.sweep_name) or run.sweep

    def _make_whole(self, run: About) -> None:
        """Fetch configs and summaries of the runs of a page that came without."""
        at = next((place for place, one in enumerate(self.objects) if one is run), None)
        if at is None:
            return
        start = at - at % self.per_page
        part = {one.id: one for one in self.objects[start : start + self.per_page] if not one._record.whole}
        if part:
            search = RunSearch(mongo={"name": {"$in": list(part)}}, limit=MOST_A_PAGE)
            for record in self._source.records(self.entity, self.project, search, whole=True).records:
                if record.run.id in part:
                    part[record.run.id]._take(record)

    def upgrade_to_full(self) -> None:
        """Fetch what `lazy` has left out: of the runs that are here, and of those that come."""
        self._lazy = False
        for run in self.objects:
            run._need("config")
            run._lazy = False

    def histories(
        self, samples: int = 500, keys: list[str] | None = None, x_axis: str = "_step",
        format: Literal["default", "pandas", "polars"] = "default",
        stream: Literal["default", "system"] = "default",
    ) -> Any:  # fmt: skip
        """The history of each run, as `Run.history` gives it, with `run_id`: a list of dicts, or one table of all runs.

        Raises UsageError for a format there is not, and where its library is not installed.
        """
        if format not in ("default", "pandas", "polars"):
            raise BadPathError(f"Invalid format: {format!r}; it is default, pandas or polars")
        if format != "default":
            load(format, f"format={format!r}")
        found: list[Any] = []
        runs = list(self)
        for start in range(0, len(runs), RUNS_TOGETHER):
            some = runs[start : start + RUNS_TOGETHER]
            _, asked = some[0]._asked(samples, keys, x_axis, stream)
            asked = msgspec.structs.replace(asked, runs=tuple(run.id for run in some))
            frames = self._source.readings(self.entity, self.project, asked)
            for run, (_, held) in zip(some, by_run(frames), strict=True):
                shape, _ = run._asked(samples, keys, x_axis, stream)
                found.append(_history(held, shape, run.id, format))
        return _joined([one for one in found if len(one)], format)

    def __repr__(self) -> str:
        return f"<Runs {self.entity}/{self.project}>"


def _history(frames: Sequence[ReadFrame], shape: Shape, run: str, format: str) -> Any:
    if format == "pandas":
        table = pandas_table(frames, shape)
        return table.assign(run_id=run) if len(table) else table
    if format == "polars":
        table = polars_table(frames, shape)
        return table.with_columns(load("polars", "polars").lit(run).alias("run_id")) if len(table) else table
    shape = shape._replace(run=run)
    return [row for held in frames for row in rows_of(held, shape)]


def _joined(found: list[Any], format: str) -> Any:
    """All of them in one; a table's columns are sorted."""
    if format == "default":
        return [row for rows in found for row in rows]
    if format == "pandas":
        pd = load("pandas", "pandas")
        if not found:
            return pd.DataFrame()
        table = pd.concat(found, ignore_index=True)
        return table[sorted(table.columns)]
    pl = load("polars", "polars")
    if not found:
        return pl.DataFrame()
    table = pl.concat(found, how="diagonal_relaxed")
    return table.select(sorted(table.columns))
