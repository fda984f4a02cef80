"""Groups of runs: told at once as the plain evaluation tells them one by one, and found again by their filters."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.model.errors import Rejected
from gnomon.model.floats import named
from gnomon.model.group_match import grouped, numbers_of, place_of, shown, values_in
from gnomon.model.groups import GroupPage, GroupSearch, GroupSort, Numbers
from gnomon.model.paths import look_up
from gnomon.model.query import Filter, RunSearch, Where
from gnomon.server.actions import groups, runs
from gnomon.server.actions.columns import RunColumns
from gnomon.server.settings import load
from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.open import open_tables
from gnomon.server.storage.tables import accounts, projects
from gnomon.server.storage.tables import runs as run_rows
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow

pytestmark = pytest.mark.anyio

FIELDS = [
    "config.a",
    "config.b",
    "summary.x",
    "tags",
    "state",
    "created_at",
    "updated_at",
    "last_step",
    "user",
    "group",
]
numbers = st.one_of(
    st.integers(-2, 2), st.floats(), st.integers(-(2**70), 2**70), st.sampled_from([10**400, -(10**400), 1e308, -1e308])
)
values = st.one_of(
    st.none(), st.booleans(), numbers, st.sampled_from(["a", "A", "b", "NaN", "", "[]", "true", "1", "ß", "SS"]),
    st.lists(st.sampled_from([1, "a", True, None, math.nan, "NaN", math.inf]), max_size=2),
    st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from([1, math.nan, "x"]), max_size=2),
)  # fmt: skip
rows = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["running", "finished"]),
        "tags": st.lists(st.sampled_from(["best", "a", "", "A"]), max_size=3),
        "group": st.sampled_from(["", "g"]),
        "last_step": st.one_of(st.none(), st.integers(0, 2)),
        "created_at": st.one_of(st.sampled_from([0.0, 86399.9, 86400.0, -1.0, -1e18, 1e18]), st.floats(-1e6, 1e6)),
        "updated_at": st.sampled_from([1.0, 1e9]),
        "config": st.dictionaries(st.sampled_from(["a", "b"]), values, max_size=2),
        "summary": st.dictionaries(st.sampled_from(["x"]), st.one_of(numbers, values), max_size=1),
    }
)
filters: st.SearchStrategy[Filter | None] = st.sampled_from(
    [None, Where("state", "=", "running"), Where("config.a", "exists"), Where("summary.x", "<", 1)]
)
searches = st.builds(
    GroupSearch,
    by=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True).map(tuple),
    of=st.lists(st.sampled_from(["summary.x", "config.a", "last_step"]), max_size=2, unique=True).map(tuple),
    filter=filters,
)


async def ask(tables: Database, columns: RunColumns, project: ProjectRow, asked: GroupSearch) -> GroupPage:
    """The answer as it is sent: filters are read from JSON again."""
    page = await groups.grouped(tables, MemoryMetrics(), columns, project, asked)
    return msgspec.json.decode(msgspec.json.encode(page), type=GroupPage)


async def a_project(tables: Database) -> tuple[ProjectRow, int]:
    def make(conn: Any) -> tuple[ProjectRow, int]:
        user = accounts.add_user(conn, "ann", admin=False, password=None, now=0.0)
        return projects.ensure(conn, user.entity, "p", 0.0)[0], user.key

    return await tables.write(make)


async def add(tables: Database, project: ProjectRow, user: int, id: str, row: dict[str, Any]) -> None:
    await tables.write(lambda conn: run_rows.add(conn, project.key, id, user=user, name=id, now=0.0, **row))


def value_of(row: dict[str, Any], field: str) -> Any:
    prefix, dot, path = field.partition(".")
    if field == "user":
        return "ann"
    return look_up(row[prefix], path) if dot else row[field]


def close(found: Numbers, wanted: Numbers) -> bool:
    """Equal, but for the rounding of a sum; what is beyond all floats is null in JSON."""
    scale = max(abs(wanted.min or 0.0), abs(wanted.max or 0.0))

    def near(a: float | None, b: float | None) -> bool:
        if a is None or b is None:
            return a is b or math.isinf(a or b or 0.0)
        return abs(a - b) <= 1e-9 * scale + 1e-320

    exact = ("n", "min", "max", "nan", "pos_inf", "neg_inf")
    return (
        all(getattr(found, name) == getattr(wanted, name) for name in exact)
        and near(found.mean, wanted.mean)
        and near(found.std, wanted.std)
    )


@settings(max_examples=120, deadline=None)
@given(given_rows=st.lists(rows, max_size=8), asked=searches)
def test_groups_agree_with_the_plain_evaluation_and_their_filters_find_them(
    new_tables: Callable[[str], Database], given_rows: list[dict[str, Any]], asked: GroupSearch
) -> None:
    async def check() -> None:
        with tempfile.TemporaryDirectory() as folder:
            tables = new_tables(folder)
            columns = RunColumns(tables, most_bytes=1 << 30)
            project, user = await a_project(tables)
            for number, row in enumerate(given_rows):
                await add(tables, project, user, str(number), row)
            found = await runs.search(
                tables, MemoryMetrics(), columns, project, RunSearch(filter=asked.filter, limit=100)
            )
            kept = sorted(int(run.id) for run in found.runs)
            wanted = grouped([partial(value_of, given_rows[number]) for number in kept], asked.by)
            page = await ask(tables, columns, project, asked)
            assert (page.total, page.runs, page.all) == (len(wanted), len(kept), len(given_rows))
            assert [group.runs for group in page.groups] == [len(members) for members in wanted.values()]
            for group, members in zip(page.groups, wanted.values(), strict=True):
                for field, shared in zip(asked.of, group.shared, strict=True):
                    own = {place_of(value_of(given_rows[kept[number]], field)) for number in members}
                    told = {place_of(named(shown("", value_of(given_rows[kept[number]], field)))) for number in members}
                    # what JSON has no number for stands by its name; what all lack is null
                    assert shared is None or told == {place_of(shared)}
                    assert shared is not None or len(own) > 1 or own <= {place_of(None), place_of(math.nan)}
            together: list[str] = []
            for group, members in zip(page.groups, wanted.values(), strict=True):
                ids = {str(kept[at]) for at in members}
                found = await runs.search(
                    tables, MemoryMetrics(), columns, project, RunSearch(filter=group.filter, limit=100)
                )
                assert {run.id for run in found.runs} == ids
                together += ids
                for field, numbers in zip(asked.of, group.numbers, strict=True):
                    plain = numbers_of(value_of(given_rows[kept[at]], field) for at in members)
                    assert close(numbers, plain), (field, numbers, plain)
            assert set(together) == {str(number) for number in kept}
            if "tags" not in asked.by:
                assert len(together) == len(kept)
            await tables.close()

    asyncio.run(check())


async def test_groups_are_sorted_by_value_count_and_numbers_and_come_in_pages(tmp_path: Path) -> None:
    tables = open_tables(load({}, data=tmp_path))
    columns = RunColumns(tables, most_bytes=1 << 30)
    project, user = await a_project(tables)
    blank: dict[str, Any] = {"state": "running", "updated_at": 1.0, "created_at": 0.0}
    losses: list[tuple[Any, Any]] = [
        ("b", 1.0),
        ("B", 5.0),
        ("a", None),
        (3, 2.0),
        (3, 4.0),
        (None, 9.0),
        (math.nan, 0),
    ]
    for number, (a, x) in enumerate(losses):
        await add(tables, project, user, str(number), {**blank, "config": {"a": a}, "summary": {"x": x}})

    async def values(*sort: GroupSort, limit: int = 100) -> list[Any]:
        seen: list[Any] = []
        cursor = None
        while True:
            asked = GroupSearch(by=("config.a",), of=("summary.x",), sort=sort, limit=limit, cursor=cursor)
            page = await ask(tables, columns, project, asked)
            seen += [group.values[0] for group in page.groups]
            cursor = page.cursor
            if cursor is None:
                return seen

    plain = [3, "a", "B", "b", "NaN", None]
    assert await values() == plain
    assert await values(limit=2) == plain
    down = GroupSort(how="value", field="config.a", descending=True)
    assert await values(down, limit=1) == ["b", "B", "a", 3, "NaN", None]
    assert await values(GroupSort(how="runs", descending=True), limit=4) == plain
    mean = GroupSort(how="mean", field="summary.x", descending=True)
    assert await values(mean, limit=1) == [None, "B", 3, "b", "NaN", "a"]
    assert await values(GroupSort(how="std", field="summary.x"), limit=1) == plain
    assert await values(GroupSort(how="n", field="summary.x"), limit=5) == ["a", "B", "b", "NaN", None, 3]

    page = await ask(tables, columns, project, GroupSearch(by=("config.a",), limit=2))
    await add(tables, project, user, "new", {**blank, "config": {"a": 0}, "summary": {}})
    rest = await ask(tables, columns, project, GroupSearch(by=("config.a",), cursor=page.cursor))
    assert [group.values[0] for group in rest.groups] == ["B", "b", "NaN", None]
    await tables.close()


async def test_a_run_is_in_the_group_of_each_of_its_tags_after_every_change(tmp_path: Path) -> None:
    tables = open_tables(load({}, data=tmp_path))
    columns = RunColumns(tables, most_bytes=1 << 30)
    project, user = await a_project(tables)
    blank: dict[str, Any] = {"state": "running", "updated_at": 1.0, "created_at": 0.0}

    async def counts() -> dict[Any, int]:
        page = await ask(tables, columns, project, GroupSearch(by=("tags",), limit=200))
        return {group.values[0]: group.runs for group in page.groups}

    assert await counts() == {}
    await add(tables, project, user, "0", {**blank, "tags": ["best", "old"]})
    await add(tables, project, user, "1", {**blank, "tags": ["best"]})
    await add(tables, project, user, "2", {**blank, "tags": []})
    assert await counts() == {"best": 2, "old": 1, None: 1}
    many = [f"t{number}" for number in range(150)]
    await add(tables, project, user, "3", {**blank, "tags": many})
    assert await counts() == {"best": 2, "old": 1, None: 1, **dict.fromkeys(many, 1)}
    await tables.close()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (GroupSearch(by=()), "`by` has 0 fields; it takes 1 to 4"),
        (GroupSearch(by=("state",) * 2), "`by` names a field twice"),
        (GroupSearch(by=tuple(f"config.{n}" for n in range(5))), "`by` has 5 fields"),
        (GroupSearch(by=("lr",)), "perhaps config.lr"),
        (GroupSearch(by=("state",), of=("loss",)), "perhaps config.loss"),
        (GroupSearch(by=("state",), of=("last_step",) * 2), "`of` names a field twice"),
        (GroupSearch(by=("state",), limit=0), "at least one group"),
        (GroupSearch(by=("state",), cursor="x"), "is not one that this server gave"),
        (GroupSearch(by=("state",), mongo={"x": 1}), "At x of the Mongo filter"),
        (GroupSearch(by=("state",), query="state ="), "At position 8"),
        (GroupSearch(by=("state",), sort=(GroupSort(field="user"),)), "'user' is not in `by`"),
        (GroupSearch(by=("state",), sort=(GroupSort(how="mean", field="state"),)), "'state' is not in `of`"),
        (GroupSearch(by=("state",), sort=(GroupSort(how="runs", field="state"),)), "`runs` has no field"),
        (GroupSearch(by=("state",), sort=(GroupSort(how="runs"),) * 9), "At most 8"),
    ],
)
async def test_questions_that_make_no_sense_are_rejected(tmp_path: Path, asked: GroupSearch, message: str) -> None:
    tables = open_tables(load({}, data=tmp_path))
    project, _ = await a_project(tables)
    with pytest.raises(Rejected, match=message):
        await groups.grouped(tables, MemoryMetrics(), RunColumns(tables, most_bytes=1 << 30), project, asked)
    await tables.close()


def test_sums_beyond_all_floats_have_a_mean() -> None:
    huge = numbers_of([1e308, 1.5e308, -1e308])
    assert huge.mean is not None
    assert math.isclose(huge.mean, 0.5e308)
    assert numbers_of([2**70, 10**400, True, "1", None, math.nan]) == Numbers(
        n=1, mean=2.0**70, min=2.0**70, max=2.0**70, nan=1, pos_inf=1
    )
    assert numbers_of([1, 2, 4]).std == pytest.approx(float(np.std([1, 2, 4], ddof=1)))
    assert numbers_of([5e-324, 0]).std is not None


def test_values_that_filters_call_equal_are_one_group() -> None:
    for same in ([1, 1.0], [2**70, float(2**70)], [0.0, -0.0, 0], [10**400, math.inf], [math.nan, -math.nan]):
        assert len({place_of(value) for value in same}) == 1
    for different in ([True, 1], ["1", 1], ["a", "A"], ["[]", []], [None, "", []], [math.nan, "NaN"]):
        assert len({place_of(value) for value in different}) == len(different)
    assert values_in("created_at", 86401.5) == [86400.0]
    assert values_in("tags", ["a", "b", "a"]) == ["a", "b"]
