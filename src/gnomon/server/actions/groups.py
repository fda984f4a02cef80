"""Groups of runs: what many runs have in common, and what their numbers come to."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from gnomon.model.errors import Rejected
from gnomon.model.floats import named
from gnomon.model.group_match import shown, within
from gnomon.model.groups import MOST_BY, MOST_GROUPS_A_PAGE, MOST_OF, Group, GroupPage, GroupSearch, Numbers
from gnomon.model.query_match import check_field, checked, spelled
from gnomon.server.actions.columns import Groups, RunColumns, fields_of
from gnomon.server.actions.logged_keys import resolved
from gnomon.server.actions.runs import MOST_SORTS, filter_of
from gnomon.server.storage.metrics.store import MetricStore
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow


class _Read(NamedTuple):
    """A page of groups as the columns have them; it starts at the `start`-th of `total`."""

    groups: list[tuple[tuple[Any, ...], int, list[Numbers], list[Any]]]
    start: int
    total: int


async def grouped(
    tables: Database, metrics: MetricStore, columns: RunColumns, project: ProjectRow, asked: GroupSearch
) -> GroupPage:
    """The groups asked for. Raises Rejected for a filter, a field or a cursor that makes no sense."""
    _check(asked)
    filter = filter_of(asked.filter, asked.query, asked.mongo)
    checked(within(filter, asked.by, [0.0] * len(asked.by)))  # what is told of a group has to be a filter too
    looked_up = await resolved(filter, tables, metrics, project.key)
    start, last = _place(asked.cursor)
    limit = min(asked.limit, MOST_GROUPS_A_PAGE)

    def read(groups: Groups) -> _Read:
        order = groups.order(asked.sort)
        first = start
        if start and not (start <= len(order) and _digest(groups.values(int(order[start - 1]))) == last):
            # The groups have moved since the page before: go on after its last one, wherever that is now.
            moved = (at for at, group in enumerate(order.tolist(), 1) if _digest(groups.values(group)) == last)
            first = next(moved, start)
        page = [
            (
                groups.values(group),
                int(groups.counts[group]),
                [groups.numbers(field, group) for field in asked.of],
                [groups.shared(field, group) for field in asked.of],
            )
            for group in order[first : first + limit].tolist()
        ]
        return _Read(page, first, len(groups))

    fields = {*fields_of(looked_up), *asked.by, *asked.of}
    given = await columns.extents.of(metrics, project.key, fields)
    await columns.surveyed(project.key, fields)
    found, matching, every = await tables.read(
        lambda conn: columns.groups(conn, project.key, looked_up, asked.by, asked.of, read, given=given)
    )
    end = found.start + len(found.groups)
    return GroupPage(
        groups=tuple(
            Group(
                values=tuple(named(shown(field, value)) for field, value in zip(asked.by, values, strict=True)),
                runs=count,
                numbers=tuple(numbers),
                shared=tuple(named(shown("", value)) for value in shared),
                filter=within(filter, asked.by, values),
            )
            for values, count, numbers, shared in found.groups
        ),
        total=found.total,
        runs=matching,
        all=every,
        cursor=f"{end}.{_digest(found.groups[-1][0])}" if found.groups and end < found.total else None,
    )


def _check(asked: GroupSearch) -> None:
    if asked.limit < 1:
        raise Rejected(f"limit is {asked.limit}; ask for at least one group", field="limit")
    _check_fields("by", asked.by, 1, MOST_BY)
    _check_fields("of", asked.of, 0, MOST_OF)
    if len(asked.sort) > MOST_SORTS:
        raise Rejected(f"At most {MOST_SORTS} things can be sorted by", field="sort")
    for item in asked.sort:
        there = {"value": asked.by, "runs": ("",)}.get(item.how, asked.of)
        if item.field not in there:
            part = "by" if item.how == "value" else "of"
            what = "`runs` has no field" if item.how == "runs" else f"{item.field!r} is not in `{part}`"
            raise Rejected(f"Groups cannot be sorted by {item.how}: {what}", field="sort")


def _check_fields(part: str, fields: Sequence[str], least: int, most: int) -> None:
    if not least <= len(fields) <= most:
        raise Rejected(f"`{part}` has {len(fields)} fields; it takes {least} to {most}", field=part)
    if len(set(fields)) < len(fields):
        raise Rejected(f"`{part}` names a field twice", field=part)
    for field in fields:
        check_field(field)


def _place(cursor: str | None) -> tuple[int, str]:
    """How many groups the pages before held, and the digest of the last of them."""
    if cursor is None:
        return 0, ""
    start, dot, last = cursor.partition(".")
    if not (dot and start.isascii() and start.isdigit() and len(cursor) < 36):
        raise Rejected(f"The cursor {cursor[:40]!r} is not one that this server gave", field="cursor")
    return int(start), last


def _digest(values: Sequence[Any]) -> str:
    """What tells the values of a group from those of another."""
    return blake2b(spelled([type(value).__name__ for value in values] + list(values)), digest_size=8).hexdigest()
