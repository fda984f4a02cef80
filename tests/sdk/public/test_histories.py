"""What was logged, read back: every row, chosen rows, columns, tables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gnomon.model.reading import ReadBatch, ReadColumn
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.api import Api
from gnomon.sdk.public.columns import Shape, rows_of
from gnomon.sdk.public.exports import IncompleteRunHistoryError
from gnomon.sdk.public.run import Run

from .conftest import Log, Served

ROWS: list[dict[str, Any]] = [
    {"loss": 0.5, "n": 1, "big": 2**53 + 1, "m": {"acc": 1, "deep": {"x": 2}}},
    {"loss": math.nan, "up": math.inf, "down": -math.inf, "yes": True, "text": "grün"},
    {"list": [1, 2.5, "x"], "n": 3},
    {"_step": 10, "loss": 0.25, "n": 4},
]


def bare(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("_step", "_timestamp", "_runtime")}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)


@pytest.fixture(params=["server", "folder"])
def read(request: pytest.FixtureRequest, served: Served, logged: Log) -> Any:
    """Logs a run, and gives it as it is read from the server, or from its folder."""

    def make(id: str, rows: list[dict[str, Any]], **given: Any) -> Run:
        folder = logged(id, rows, **given)
        return Api().run(folder) if request.param == "folder" else served.api().run(f"ann/p/{id}")

    if request.param == "folder":
        request.getfixturevalue("monkeypatch").setenv("GNOMON_API_KEY", "k" * 40)
    return make


def test_a_scan_gives_every_row_once_in_order_as_it_was_logged(read: Any) -> None:
    rows = list(read("every", ROWS).scan_history())
    assert [row["_step"] for row in rows] == [0, 1, 2, 10]
    for row, logged in zip(rows, ROWS, strict=True):
        assert same(bare(row), {key: value for key, value in logged.items() if key != "_step"})
        assert row["_runtime"] >= 0 and row["_timestamp"] > 1e9
    assert isinstance(rows[0]["n"], int) and isinstance(rows[0]["big"], int)


def test_a_scan_with_keys_gives_rows_that_have_all_of_them(read: Any) -> None:
    run = read("keys", ROWS)
    assert list(run.scan_history(keys=["n", "loss"])) == [
        {"_step": 0, "n": 1, "loss": 0.5}, {"_step": 10, "n": 4, "loss": 0.25},
    ]  # fmt: skip
    assert list(run.scan_history(keys=["n", "nope"])) == []
    assert [row["m.acc"] for row in run.scan_history(keys=["m.acc"])] == [1]


def test_a_scan_keeps_to_its_range_and_can_be_gone_through_again(read: Any) -> None:
    run = read("range", [{"loss": step} for step in range(30)])
    scan = run.scan_history(min_step=5, max_step=9, page_size=2)
    assert [row["_step"] for row in scan] == [5, 6, 7, 8]
    assert [row["_step"] for row in scan] == [5, 6, 7, 8]
    assert scan.max_step == 8 and run.scan_history().max_step == 29
    again = run.scan_history(page_size=7, use_cache=False)
    assert [row["_step"] for row in again] == [row["_step"] for row in again] == list(range(30))


def test_a_scan_with_its_cache_asks_once(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = read("cached", [{"loss": step} for step in range(10)])
    asked = []
    readings = run._source.readings
    monkeypatch.setattr(run._source, "readings", lambda *args: (asked.append(1), readings(*args))[1])
    scan = run.scan_history()
    assert list(scan) == list(scan)
    assert len(asked) == 1


def test_a_history_that_fits_is_all_rows(read: Any) -> None:
    run = read("fits", ROWS)
    assert [row["_step"] for row in run.history(pandas=False)] == [0, 1, 2, 10]
    assert run.history(keys=["loss"], x_axis="n", pandas=False) == [{"n": 1, "loss": 0.5}, {"n": 4, "loss": 0.25}]
    times = run.history(keys=["_timestamp", "_runtime"], pandas=False)
    assert [sorted(row) for row in times] == [["_runtime", "_step", "_timestamp"]] * 4


def test_a_history_that_does_not_fit_is_an_even_choice_the_same_each_time(read: Any) -> None:
    run = read("chosen", [{"loss": step / 2, "other": 1} for step in range(100)])
    wanted = [round(at * 99 / 9) for at in range(10)]
    assert [row["_step"] for row in run.history(samples=10, pandas=False)] == wanted
    assert [row["_step"] for row in run.history(samples=10, keys=["loss"], pandas=False)] == wanted
    assert len(run.history(samples=1, pandas=False)) == 1


def test_dotted_names_are_nested_again(read: Any) -> None:
    row = next(iter(read("nested", [{"m": {"acc": 1}, "train.loss": 2}]).scan_history()))
    assert row["m"] == {"acc": 1} and row["train"] == {"loss": 2}


def test_a_step_that_was_logged_again_has_its_last_values(read: Any) -> None:
    run = read("again", [{"_step": 3, "a": 1, "b": 1}, {"_step": 4, "a": 2}, {"_step": 3, "a": 5}])
    rows = [(row["_step"], row["a"]) for row in run.scan_history()]
    assert rows == [(3, 5), (4, 2)]


@pytest.mark.parametrize(
    "asked",
    [{"keys": "loss"}, {"keys": [1]}, {"samples": 0}, {"samples": "x"}, {"stream": "x"},
     {"keys": ["a"], "stream": "system"}],
    ids=["text", "numbers", "none", "word", "stream", "both"],
)  # fmt: skip
def test_what_makes_no_sense_is_said_on_its_line(read: Any, asked: dict[str, Any]) -> None:
    run = read("odd", [{"loss": 1}])
    with pytest.raises(UsageError):
        run.history(**{"pandas": False, **asked})


def test_histories_of_many_runs_come_with_their_ids(served: Served, logged: Log) -> None:
    for at in range(3):
        logged(f"h{at}", [{"loss": at + step} for step in range(4)], project="many")
    logged("empty", [], project="many")
    runs = served.api().runs("ann/many")
    found = runs.histories(keys=["loss"])
    assert [(row["run_id"], row["_step"], row["loss"]) for row in found] == [
        (f"h{at}", step, at + step) for at in range(3) for step in range(4)
    ]
    assert len(runs.histories(samples=2)) == 6
    with pytest.raises(ValueError, match="Invalid format"):
        runs.histories(format="xml")  # type: ignore[arg-type]


def test_keys_tell_what_was_logged(read: Any) -> None:
    run = read("known", ROWS)
    known = {one.key: one for one in run.logged_keys()}
    assert known["loss"].points == 3 and known["loss"].min == 0.25 and known["n"].kind == "number"
    assert known["text"].kind == "text" and run.lastHistoryStep == 10
    assert run.history_keys["lastStep"] == 10
    assert run.history_keys["keys"]["loss"]["typeCounts"] == [{"type": "number", "count": 3}]


def test_a_run_without_rows_has_an_empty_history(read: Any) -> None:
    run = read("nothing", [], then=lambda run: run.config.update({"a": 1}))
    assert run.history(pandas=False) == [] and list(run.scan_history()) == [] and run.lastHistoryStep == -1


def test_the_whole_history_is_fetched_as_parquet(served: Served, logged: Log, alone: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    logged("parquet", [{"loss": step / 2} for step in range(50)])
    done = served.api().run("ann/p/parquet").download_history_exports("exports")
    assert done.paths == [Path("exports/parquet.parquet")] and not done.contains_live_data and done.errors is None
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*), max(loss) from '{done.paths[0]}'").fetchall() == [(50, 24.5)]
    live = served.api().create_run(project="p")
    with pytest.raises(IncompleteRunHistoryError, match="still logs"):
        live.download_history_exports("exports")
    assert live.download_history_exports("exports", require_complete_history=False).contains_live_data


VALUES = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.integers(-(2**63), 2**63 - 1) | st.floats() | st.booleans() | st.text(max_size=3),
        max_size=3,
    ),
    max_size=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_columns_are_rows_again(rows: list[dict[str, Any]]) -> None:
    import struct

    from gnomon.model.reading import Frames, encoded

    columns = []
    for key in sorted({key for row in rows for key in row}):
        for kind, type_, code in (("int", int, "q"), ("float", float, "d"), ("bool", bool, "B"), ("string", str, "")):
            places = [at for at, row in enumerate(rows) if key in row and type(row[key]) is type_]
            values = [rows[at][key] for at in places]
            if not values:
                continue
            data = b"".join(struct.pack("<" + code, value) for value in values) if code else values
            at = None if len(places) == len(rows) else struct.pack(f"<{len(places)}I", *places)
            columns.append(ReadColumn(key, kind, data, at))  # type: ignore[arg-type]
    steps = struct.pack(f"<{len(rows)}q", *range(len(rows)))
    times = struct.pack(f"<{len(rows)}d", *[1e9 + at for at in range(len(rows))])
    (frame,) = Frames().take(encoded(ReadBatch("r", steps, times, columns)))
    found = rows_of(frame, Shape(1e9))
    assert [row["_step"] for row in found] == list(range(len(rows)))
    assert [row["_runtime"] for row in found] == [float(at) for at in range(len(rows))]
    for row, logged in zip(found, rows, strict=True):
        assert same(bare(row), logged)
