"""Filters that ask whether a run has logged a key. Only the metric store knows, so they are answered beforehand.

What `logged.loss exists` says becomes the list of the runs it holds for; the columns do the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gnomon.model.query import LOGGED, Every, Filter, Not, Some, Where
from gnomon.model.query_match import compare
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Database


async def resolved(filter: Filter, tables: Database, metrics: MetricStore, project: int) -> Filter:
    """The filter without such questions; the same one where it has none. Looks at the keys of every run else."""
    wanted = {field.removeprefix(LOGGED) for field in _fields(filter)}
    if not wanted:
        return filter
    ids = await tables.read(lambda conn: runs.ids_by_key(conn, runs.all_keys(conn, project)))
    having: dict[str, list[str]] = {key: [] for key in wanted}
    for run, id in ids.items():
        for known in await metrics.keys(RunKey(run)):
            if known.key in wanted:
                having[known.key].append(id)
    return answered(filter, having)


def answered(filter: Filter, having: Mapping[str, Sequence[str]]) -> Filter:
    """The filter with each such question as the ids of the runs that have logged the key, or have not."""
    if isinstance(filter, Every):
        return Every(tuple(answered(part, having) for part in filter.parts))
    if isinstance(filter, Some):
        return Some(tuple(answered(part, having) for part in filter.parts))
    if isinstance(filter, Not):
        return Not(answered(filter.part, having))
    if not filter.field.startswith(LOGGED):
        return filter
    logged, never = (compare(filter.op, value, filter.value) for value in (True, None))
    if logged is never:
        return Every() if logged else Not(Every())
    return Where("id", "in" if logged else "not in", list(having[filter.field.removeprefix(LOGGED)]))


def _fields(filter: Filter) -> Iterator[str]:
    if isinstance(filter, Where):
        if filter.field.startswith(LOGGED):
            yield filter.field
    elif isinstance(filter, Not):
        yield from _fields(filter.part)
    else:
        for part in filter.parts:
            yield from _fields(part)
