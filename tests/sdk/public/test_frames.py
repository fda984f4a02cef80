"""Tables of pandas and polars: the same as those made of the rows."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest

from gnomon.model.reading import ReadBatch, ReadFrame
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.columns import rows_of
from gnomon.sdk.public.frames import load

from .conftest import Log, Served

ROWS: list[dict[str, Any]] = [
    {"loss": 0.5, "n": 1, "yes": True, "text": "a", "list": [1, 2]},
    {"loss": math.nan, "n": 2, "yes": False, "text": "b", "other": 1},
    {"loss": math.inf, "n": 3, "yes": True, "text": "c"},
    {"n": 4, "m": {"acc": 1}},
]


@pytest.fixture
def run(served: Served, logged: Log) -> Any:
    logged("framed", ROWS, project="frames")
    return served.api().run("ann/frames/framed")


ASKED: list[dict[str, Any]] = [
    {}, {"samples": 2}, {"keys": ["loss"]}, {"keys": ["loss", "n"]}, {"keys": ["yes"]}, {"keys": ["text", "n"]},
    {"keys": ["list"]}, {"keys": ["n"], "x_axis": "_timestamp"}, {"keys": ["n"], "x_axis": "_runtime"},
    {"keys": ["n"], "samples": 2}, {"keys": ["nope"]}, {"stream": "system"},
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=[str(number) for number in range(len(ASKED))])
def test_a_table_is_the_one_that_pandas_makes_of_the_rows(run: Any, asked: dict[str, Any]) -> None:
    pd = pytest.importorskip("pandas")
    rows = run.history(**asked, pandas=False)
    table = run.history(**asked)
    wanted = pd.DataFrame.from_records(rows)
    if not rows:
        assert len(table) == 0
        return
    pd.testing.assert_frame_equal(table, wanted)


def test_tables_of_many_runs_are_one_with_sorted_columns(served: Served, logged: Log) -> None:
    pd = pytest.importorskip("pandas")
    for at in range(2):
        logged(f"t{at}", [{"loss": at + step, "b": 1} for step in range(3)], project="tables")
    logged("empty", [], project="tables")
    runs = served.api().runs("ann/tables")
    table = runs.histories(format="pandas")
    assert list(table.columns) == ["_runtime", "_step", "_timestamp", "b", "loss", "run_id"]
    assert list(table["run_id"]) == ["t0"] * 3 + ["t1"] * 3 and list(table.index) == list(range(6))
    chosen = runs.histories(format="pandas", keys=["loss"])
    pd.testing.assert_frame_equal(chosen, table[["_step", "loss", "run_id"]])


def test_a_table_of_polars_has_the_rows(served: Served, logged: Log) -> None:
    pytest.importorskip("polars")
    for at in range(2):
        logged(f"pl{at}", [{"loss": at + step / 2, "text": "x"} for step in range(3)], project="polars")
    runs = served.api().runs("ann/polars")
    table = runs.histories(format="polars", keys=["loss"])
    assert table.rows(named=True) == runs.histories(keys=["loss"])
    assert runs.histories(format="polars").columns == ["_runtime", "_step", "_timestamp", "loss", "run_id", "text"]
    assert served.api().runs("ann/polars", {"state": "running"}).histories(format="polars").is_empty()


def test_answers_in_sql_come_as_tables(served: Served, logged: Log) -> None:
    pd = pytest.importorskip("pandas")
    logged("sql", [{"loss": 0.5}], project="sqlframes")
    api = served.api()
    query = "select id, created_at, last_step from runs"
    table = api.sql(query, "sqlframes", format="pandas")
    assert list(table["id"]) == ["sql"] and pd.api.types.is_datetime64_any_dtype(table["created_at"])
    if load_or_none("polars") is not None:
        assert api.sql(query, "sqlframes", format="polars")["last_step"].to_list() == [0]


def load_or_none(name: str) -> Any:
    try:
        return load(name, "a test")
    except UsageError:
        return None


def test_a_library_that_is_not_there_is_named(
    served: Served, run: Any, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setattr(guard, "_said", set())
    assert run.history(keys=["n"]) == run.history(keys=["n"], pandas=False) == run.history(keys=["n"])
    assert [line for line in said if "pandas" in line] == said and len(said) == 1
    for name in ("pandas", "polars"):
        with pytest.raises(UsageError, match=f"pip install {name}"):
            served.api().runs("ann/frames").histories(format=name)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=f"pip install {name}"):
            served.api().sql("select 1", "frames", format=name)  # type: ignore[arg-type]


def test_columns_of_numbers_never_become_rows_on_the_way_to_pandas(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    made: list[ReadFrame] = []
    monkeypatch.setattr(
        "gnomon.sdk.public.frames.rows_of", lambda frame, shape: (made.append(frame), rows_of(frame, shape))[1]
    )
    run.history(keys=["loss", "n"])
    assert not [frame for frame in made if isinstance(frame, ReadBatch)]
