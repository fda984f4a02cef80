"""The column cache answers as the plain evaluation does, whatever was written in between."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from gnomon.model.errors import Rejected
from gnomon.model.paths import leaves, look_up
from gnomon.model.query import Every, Filter, Not, Some, Sort, Where
from gnomon.model.query_match import checked, holds, is_number
from gnomon.server.actions.columns import RunColumns, Surveyor
from gnomon.server.actions.columns.paths import Paths
from gnomon.server.actions.columns.survey import Survey, write
from gnomon.server.settings import load
from gnomon.server.storage.open import open_tables
from gnomon.server.storage.tables import accounts, projects, runs, schema
from gnomon.server.storage.tables.database import Database, open_address

pytestmark = pytest.mark.anyio

PATHS = [
    "config.lr",
    "config.a.b",
    'config.odd"key',
    "config.back\\slash",
    "summary.loss",
    "summary.ü",
    "summary.x.y.z",
]
FIELDS = [*PATHS, "name", "state", "tags", "last_step", "user", "created_at", "runtime_secs"]

values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.integers(-(2**70), 2**70),
    st.sampled_from(["a", "ab", "B", "NaN", "Infinity", "-Infinity", "", "1", "é"]),
    st.lists(st.sampled_from([1, "a", True, None, math.nan, "NaN", math.inf]), max_size=2),
)  # fmt: skip
configs = st.dictionaries(
    st.sampled_from(["lr", "a", "a.b", 'odd"key', "back\\slash", "loss", "ü", "x", "x.y", "x.y.z"]),
    st.one_of(values, st.dictionaries(st.sampled_from(["b", "y", "y.z", "z"]), values, max_size=2)),
    max_size=4,
)
rows = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["resnet18", "resnet50", "vit", "é"]),
        "state": st.sampled_from(["running", "finished"]),
        "tags": st.lists(st.sampled_from(["best", "a"]), max_size=2),
        "last_step": st.one_of(st.none(), st.integers(0, 3)),
        "created_at": st.sampled_from([1.0, 2.0]),
        "updated_at": st.sampled_from([2.0, 3.0]),
        "config": configs,
        "summary": configs,
    }
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from(["a", "B", "resnet", "running", "1", "é", "NaN", "Infinity"]),
)
limits = st.one_of(st.integers(-3, 3), st.floats(-3, 3), st.sampled_from(["a", "b", "é", "Infinity"]))
fields = st.sampled_from([field for field in FIELDS if field != "created_at"])
comparisons = st.one_of(
    st.builds(Where, fields, st.sampled_from(["=", "!=", "contains"]), scalars),
    st.builds(Where, fields, st.sampled_from(["<", "<=", ">", ">="]), limits),
    st.builds(Where, fields, st.sampled_from(["in", "not in"]), st.lists(scalars, max_size=3)),
    st.builds(Where, fields, st.just("matches"), st.sampled_from(["^res", r"\d+$", "a|B", "net(18|50)"])),
    st.builds(Where, fields, st.just("exists"), st.sampled_from([None, True, False])),
    st.builds(Where, st.sampled_from(["config.lr", "summary.loss"]), st.just("="), st.lists(st.just(1), max_size=1)),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Some(tuple(parts)), st.lists(inner, max_size=3)),
    ),
    max_leaves=4,
)
sorts = st.lists(st.builds(Sort, field=st.sampled_from(FIELDS), descending=st.booleans()), max_size=3)


class Model:
    """What the cache should know: every run as a dict."""

    def __init__(self) -> None:
        self.runs: dict[int, dict[str, Any]] = {}

    def value(self, key: int, field: str) -> Any:
        run = self.runs[key]
        prefix, dot, path = field.partition(".")
        if field == "runtime_secs":
            return run["updated_at"] - run["created_at"]
        if field == "user":
            return "ann"
        return look_up(run[prefix], path) if dot else run[field]

    def matching(self, filter: Filter) -> set[int]:
        return {key for key in self.runs if holds(filter, partial(self.value, key))}

    def class_of(self, value: Any) -> int:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return 9
        return 1 if is_number(value) else 2 if isinstance(value, str) else 3


class SurveyorHere(Surveyor):
    """Surveys in this process."""

    def __init__(self) -> None:
        pass

    async def survey(self, address: str, project: int) -> Survey | None:
        engine = open_address(address)
        with tempfile.TemporaryDirectory() as folder:
            with engine.connect() as conn, conn.begin():
                write(conn, project, Path(folder), most_bytes=1 << 20)
            return Survey(Path(folder))


async def _project(tables: Database) -> tuple[int, int]:
    def make(conn: Any) -> tuple[int, int]:
        user = accounts.add_user(conn, "ann", admin=False, password=None, now=0.0)
        return projects.ensure(conn, user.entity, "p", 0.0)[0].key, user.key

    return await tables.write(make)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_filters_agree_with_the_plain_evaluation_through_every_write(
    new_tables: Callable[[str], Database], data: st.DataObject
) -> None:
    async def check() -> None:
        with tempfile.TemporaryDirectory() as folder:
            tables = new_tables(folder)
            columns = RunColumns(tables, most_bytes=data.draw(st.sampled_from([0, 1 << 30])), surveyor=SurveyorHere())
            project, user = await _project(tables)
            model = Model()
            for turn in range(data.draw(st.integers(1, 4))):
                for number in range(data.draw(st.integers(0, 4))):
                    row = data.draw(rows)
                    row_id = f"{turn}-{number}"
                    key = await tables.write(
                        lambda conn, row=row, row_id=row_id: runs.add(  # type: ignore[misc]
                            conn, project, row_id, user=user, now=0.0, **row
                        )
                    )
                    model.runs[key] = row
                if model.runs and data.draw(st.booleans()):
                    key = data.draw(st.sampled_from(sorted(model.runs)))
                    if data.draw(st.booleans()):
                        await tables.write(lambda conn, key=key: runs.delete(conn, project, key, 1.0))  # type: ignore[misc]
                        del model.runs[key]
                    else:
                        row = data.draw(rows)
                        await tables.write(
                            lambda conn, key=key, row=row: runs.change(conn, project, key, **row)  # type: ignore[misc]
                        )
                        model.runs[key] = row
                if data.draw(st.booleans()):
                    with patch("gnomon.server.actions.columns.runs.LEAST_SURVEYED", 1):
                        await columns.surveyed(project)
                filter, sort = checked(data.draw(filters)), data.draw(sorts)
                most = data.draw(st.sampled_from([None, 1, 3]))
                found = await tables.read(
                    lambda conn, args=(filter, sort, most): columns.search(  # type: ignore[misc]
                        conn, project, args[0], args[1], most=args[2]
                    )
                )
                if data.draw(st.booleans()):
                    told = await tables.read(lambda conn: columns.paths(conn, project))
                    for prefix, paths in zip(("config", "summary"), told, strict=True):
                        there = {path for known in model.runs.values() for path in leaves(known[prefix])}
                        assert paths == tuple(sorted(there))
                wanted = model.matching(filter)
                assert found.total == len(wanted)
                assert found.all == len(model.runs)
                keys = found.keys.tolist()
                assert set(keys) == wanted if most is None else set(keys) <= wanted
                if sort:
                    _check_order(model, keys, sort[0])
                else:
                    assert keys == sorted(keys, reverse=True)
            await tables.close()

    asyncio.run(check())


def _check_order(model: Model, keys: list[int], item: Sort) -> None:
    """Numbers ascend or descend, and what has no value comes last."""
    values = [model.value(key, item.field) for key in keys]
    kinds = [model.class_of(value) for value in values]
    there = [kind for kind in kinds if kind < 9]
    assert kinds[: len(there)] == there
    assert there == sorted(there, reverse=item.descending)
    numbers = [float(value) for value in values if model.class_of(value) == 1]
    assert numbers == sorted(numbers, reverse=item.descending)


async def test_a_hundred_thousand_runs_are_searched(tmp_path: Path) -> None:
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)
    losses = np.random.default_rng(0).permutation(100_000)
    made = [
        {"project": project, "id": f"r{n}", "name": f"run-{n}", "number": n, "state": "running", "user": user,
         "created_at": 0.0, "updated_at": 0.0, "config": {"k": n % 10}, "summary": {"loss": int(losses[n])}}
        for n in range(100_000)
    ]  # fmt: skip
    await tables.write(lambda conn: conn.execute(insert(schema.runs), made))
    columns = RunColumns(tables, most_bytes=1 << 30)
    found = await tables.read(
        lambda conn: columns.search(
            conn, project, Where("config.k", "=", 3), [Sort(field="summary.loss", descending=True)], most=50
        )
    )
    wanted = sorted((n for n in range(100_000) if n % 10 == 3), key=lambda n: -losses[n])[:50]
    assert (found.total, found.all) == (10_000, 100_000)
    by_key = await tables.read(lambda conn: runs.by_keys(conn, found.keys[:50].tolist()))
    assert [by_key[key].number for key in found.keys[:50].tolist()] == wanted
    await tables.close()


async def test_a_process_surveys_a_large_project_once_and_what_changed_since_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnomon.server.actions.columns.runs.LEAST_SURVEYED", 3)
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)

    async def add(number: int, **config: Any) -> int:
        return await tables.write(
            lambda conn: runs.add(
                conn, project, f"r{number}", user=user, name="x", state="running", now=0.0, config=config
            )
        )

    made = [await add(n, lr=n / 10, kind="small" if n % 2 else "large", odd={"depth": n}) for n in range(4)]
    columns = RunColumns(tables, most_bytes=1 << 30, surveyor=Surveyor(tmp_path / "surveys", lambda: 1 << 30))
    await asyncio.gather(*(columns.surveyed(project) for _ in range(3)))
    assert list((tmp_path / "surveys").iterdir()) == []  # it is open, and takes no room once nobody has it
    monkeypatch.setattr("gnomon.server.actions.columns.runs.scan", None)  # whatever is asked for is in the survey
    monkeypatch.setattr("gnomon.server.actions.columns.runs.scan_paths", None)
    await tables.write(lambda conn: runs.change(conn, project, made[0], config={"lr": 5.0, "new": 1}))
    await tables.write(lambda conn: runs.delete(conn, project, made[1], 1.0))
    made.append(await add(9, lr=0.25, kind="large"))

    async def ask(where: Filter) -> list[int]:
        found = await tables.read(lambda conn: columns.search(conn, project, where, [Sort(field="config.lr")]))
        return found.keys.tolist()

    assert await ask(Where("config.lr", ">", 0)) == [made[2], made[4], made[3], made[0]]
    assert await ask(Where("config.kind", "=", "large")) == [made[2], made[4]]
    assert await ask(Where("config.odd.depth", "exists", True)) == [made[2], made[3]]
    config, summary = await tables.read(lambda conn: columns.paths(conn, project))
    assert (config, summary) == (("kind", "lr", "new", "odd.depth"), ())
    await columns.close()
    await tables.close()


async def test_lists_of_large_projects_are_read_before_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)
    keys = [
        await tables.write(
            lambda conn, n=n: runs.add(conn, project, f"r{n}", user=user, name="x", state="running", now=float(-n))  # type: ignore[misc]
        )
        for n in range(3)
    ]
    columns = RunColumns(tables, most_bytes=1 << 20)
    assert await columns.read_lists() == []
    monkeypatch.setattr("gnomon.server.actions.columns.runs.LEAST_SURVEYED", 3)
    assert await columns.read_lists() == [project]
    monkeypatch.setattr("gnomon.server.actions.columns.runs.scan", None)  # when they were made is known by now
    await tables.write(lambda conn: runs.delete(conn, project, keys[0], 1.0))
    found = await tables.read(lambda conn: columns.search(conn, project, Every(()), [Sort(field="created_at")]))
    assert found.keys.tolist() == [keys[2], keys[1]]
    await tables.close()


async def test_a_survey_that_fails_leaves_everything_to_plain_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnomon.server.actions.columns.runs.LEAST_SURVEYED", 1)
    monkeypatch.setattr("gnomon.server.actions.columns.surveyor.PROGRAM", "gnomon.server.no_such_program")
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)
    key = await tables.write(
        lambda conn: runs.add(conn, project, "r", user=user, name="x", state="running", now=0.0, config={"lr": 1})
    )
    columns = RunColumns(tables, most_bytes=1 << 30, surveyor=Surveyor(tmp_path / "surveys", lambda: 1 << 30))
    await columns.surveyed(project)
    found = await tables.read(lambda conn: columns.search(conn, project, Where("config.lr", "=", 1), []))
    assert found.keys.tolist() == [key]
    await columns.close()
    await tables.close()


async def test_columns_used_longest_ago_go_when_all_are_too_large(tmp_path: Path) -> None:
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)
    await tables.write(
        lambda conn: [
            runs.add(conn, project, f"r{n}", user=user, name="x", state="running", now=0.0, config={"a": n, "b": n})
            for n in range(500)
        ]
    )
    columns = RunColumns(tables, most_bytes=12_000)

    async def ask(field: str) -> int:
        found = await tables.read(lambda conn: columns.search(conn, project, Where(field, ">=", 0), []))
        return found.total

    for field in ("config.a", "config.b", "config.a", "last_step", "config.a"):
        assert await ask(field) == (0 if field == "last_step" else 500)
        assert columns.size_bytes <= 12_000
    await tables.close()


async def test_a_comparison_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnomon.server.actions.columns.column.SLOWEST_SECS", -1.0)
    tables = open_tables(load({}, data=tmp_path))
    project, user = await _project(tables)
    await tables.write(lambda conn: runs.add(conn, project, "r", user=user, name="x", state="running", now=0.0))
    columns = RunColumns(tables, most_bytes=1 << 20)
    with pytest.raises(Rejected, match="takes too long"):
        await tables.read(lambda conn: columns.search(conn, project, Where("name", "matches", "x"), []))
    await tables.close()


def test_runs_without_values_come_and_go_as_often_as_they_like() -> None:
    paths = Paths()
    paths.put(1, {})
    paths.put(2, {})
    paths.put(1, {"loss": 1})
    paths.put(2, {"loss": 1})
    paths.put(1, None)
    assert paths.all() == ("loss",)
    paths.put(2, None)
    assert paths.all() == ()
