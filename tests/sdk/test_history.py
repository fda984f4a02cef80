"""Rows: steps and commits, what is kept of odd values, and the summary that follows."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest

from gnomon.model.run import MetricRule
from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk import guard
from gnomon.sdk.history import BadRow, History


class Tape:
    """A journal in memory."""

    def __init__(self) -> None:
        self.data: list[bytes] = []

    def append(self, data: bytes) -> None:
        self.data.append(data)

    def records(self) -> list[list[Any]]:
        return [journal.decode(frame.payload) for frame in journal.frames(b"".join(self.data), start=1)]

    def rows(self) -> list[tuple[int, dict[str, Any]]]:
        schemas: dict[int, list[str]] = {}
        found = []
        for record in self.records():
            if record[0] == Kind.SCHEMA:
                schemas[record[1]] = record[2]
            elif record[0] == Kind.ROW:
                found.append((record[2], dict(zip(schemas[record[1]], record[4:], strict=True))))
        return found


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def history(tape: Tape, said: list[str], monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setattr(guard, "_said", set())
    return History(tape, None)


def latest(history: History) -> dict[str, Any]:
    return {key: value for key, (_, value) in history.latest().items()}


def test_rows_without_a_step_count_up(history: History, tape: Tape) -> None:
    for value in (1.0, 2.0, 3.0):
        history.log({"x": value})
    assert tape.rows() == [(0, {"x": 1.0}), (1, {"x": 2.0}), (2, {"x": 3.0})]
    assert history.step == 3


def test_the_first_row_and_its_schema_are_one_write(history: History, tape: Tape) -> None:
    history.log({"x": 1.0, "y": 2})
    history.log({"x": 1.5, "y": 3})
    assert [record[0] for record in tape.records()] == [Kind.SCHEMA, Kind.ROW, Kind.ROW]
    assert len(tape.data) == 2


def test_without_commit_the_step_stays(history: History, tape: Tape) -> None:
    history.log({"x": 1}, commit=False)
    history.log({"y": 2}, commit=False)
    history.log({"z": 3})
    history.log({"x": 4})
    assert [step for step, _ in tape.rows()] == [0, 0, 0, 1]


def test_a_named_step_moves_the_counter_up_and_keeps_it_there(history: History, tape: Tape) -> None:
    history.log({"x": 1}, step=5)
    history.log({"y": 2}, step=5)
    history.log({"z": 3})
    history.log({"x": 4}, step=9, commit=True)
    history.log({"x": 5})
    assert [step for step, _ in tape.rows()] == [5, 5, 5, 9, 10]


def test_no_row_is_dropped_for_its_step(history: History, tape: Tape) -> None:
    asked = [5, 3, 3, 10, 0, -1, 2**53, 7]
    for step in asked:
        history.log({"x": step}, step=step)
    assert [step for step, _ in tape.rows()] == asked
    assert history.step == 2**53


class Tensor:
    """Looks like a scalar of some array library."""

    dtype, shape = "float32", ()

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


@pytest.mark.parametrize(("step", "meant"), [(4.0, 4), (Tensor(6), 6), (True, 1)])
def test_steps_may_be_whole_numbers_of_any_kind(step: Any, meant: int, history: History, tape: Tape) -> None:
    history.log({"x": 1}, step=step)
    assert tape.rows() == [(meant, {"x": 1})]


@pytest.mark.parametrize("step", ["three", 1.5, math.nan, math.inf, 2**70, [], object()])
def test_a_step_that_is_none_costs_a_warning_and_keeps_the_row(
    step: Any, history: History, tape: Tape, said: list[str]
) -> None:
    history.log({"x": 1}, step=3)
    history.log({"x": 2}, step=step)
    history.log({"x": 3}, step=step)
    assert tape.rows() == [(3, {"x": 1}), (3, {"x": 2}), (3, {"x": 3})]
    assert len(said) == 1


def test_nested_dicts_are_spelled_with_dots(history: History, tape: Tape) -> None:
    history.log({"m": {"acc": 1, "by": {"cat": 2, 3: 4}}, "e": {}})
    assert tape.rows() == [(0, {"m.acc": 1, "m.by.cat": 2, "m.by.3": 4, "e": {}})]


@pytest.mark.parametrize("data", [None, 3, "x", [1], object(), {1: 2}, {"x": 1, None: 2}, {("a",): 1}])
def test_what_is_no_row_is_the_callers_mistake(data: Any, history: History, tape: Tape) -> None:
    for kind in (BadRow, TypeError, ValueError):
        with pytest.raises(kind):
            history.log(data)
    assert tape.rows() == []
    assert history.step == 0


def test_not_a_number_and_the_infinities_are_kept_apart(history: History, tape: Tape) -> None:
    for value in (1.0, math.nan, math.inf, -math.inf):
        history.log({"x": value})
    kept = [row["x"] for _, row in tape.rows()]
    assert math.isnan(kept[1])
    assert kept[2:] == [math.inf, -math.inf]


def test_a_value_that_cannot_be_kept_costs_one_warning_and_no_other_key(
    history: History, tape: Tape, said: list[str]
) -> None:
    circle: dict[str, Any] = {}
    circle["again"] = circle
    for _ in range(3):
        history.log({"good": 1, "bad": object(), "round": circle, "also": 2})
    assert tape.rows() == [(step, {"good": 1, "also": 2}) for step in range(3)]
    assert len(said) == 2
    assert "'bad'" in said[0]


def test_a_huge_value_is_left_out_with_a_warning(history: History, tape: Tape, said: list[str]) -> None:
    history.log({"good": 1, "huge": "x" * (1 << 24)})
    history.log({"good": 2, "huge": "x" * (1 << 24)})
    history.log({"good": 3, "huge": "small"})
    assert tape.rows() == [(0, {"good": 1}), (1, {"good": 2}), (2, {"good": 3, "huge": "small"})]
    assert len(said) == 1


def test_odd_plain_values_on_the_fast_path_are_kept(history: History, tape: Tape) -> None:
    history.log({"x": 1})
    history.log({"x": 2**80})
    history.log({"x": "lone \ud800 surrogate"})
    history.log({"x": 2**63 - 1})
    assert [row["x"] for _, row in tape.rows()] == [1, float(2**80), "lone ? surrogate", 2**63 - 1]


def test_reserved_names_are_not_values(history: History, tape: Tape, said: list[str]) -> None:
    history.log({"_step": 7, "_timestamp": 12.5, "_runtime": 3, "x": 1})
    assert tape.rows() == [(0, {"x": 1})]
    assert tape.records()[-1][3] == 12.5
    assert len(said) == 1


def test_an_empty_row_counts_a_step_and_writes_nothing(history: History, tape: Tape) -> None:
    history.log({})
    history.log({"x": 1})
    assert tape.rows() == [(1, {"x": 1})]


def test_a_row_changed_after_logging_stays_as_it_was(history: History) -> None:
    row = {"x": 1}
    history.log(row)
    history.log(row)
    row["x"] = 2
    assert latest(history) == {"x": 1}


def test_a_dict_that_another_thread_changes_breaks_nothing(history: History, tape: Tape) -> None:
    shared: dict[str, Any] = {"x": 1.0, "inner": {"y": 2.0}}
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            shared[f"k{number % 50}"] = number
            shared["inner"][f"k{number % 50}"] = number
            shared.pop(f"k{(number + 25) % 50}", None)
            shared["inner"].pop(f"k{(number + 25) % 50}", None)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(2000):
            history.log(shared)
    finally:
        stop.set()
        thread.join()
    found = tape.rows()
    assert len(found) == 2000
    assert all(row["x"] == 1.0 and row["inner.y"] == 2.0 for _, row in found)


def test_threads_get_steps_of_their_own(history: History, tape: Tape) -> None:
    def log() -> None:
        for number in range(500):
            history.log({"x": number})

    threads = [threading.Thread(target=log) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(step for step, _ in tape.rows()) == list(range(2000))


def test_the_summary_is_the_value_logged_last(history: History) -> None:
    history.log({"x": 1, "y": 1})
    history.log({"y": 2})
    history.log({"x": 3, "z": 0}, step=0)
    history.log({"y": 4, "x": 5})
    assert latest(history) == {"x": 5, "y": 4, "z": 0}


def test_scripts_that_invent_keys_for_ever_keep_the_summary(
    history: History, monkeypatch: pytest.MonkeyPatch, tape: Tape
) -> None:
    monkeypatch.setattr("gnomon.sdk.history.MAX_SCHEMAS", 10)
    for number in range(100):
        history.log({f"k{number}": number, "x": number})
    assert len(history._schemas) <= 10
    assert latest(history) == {**{f"k{number}": number for number in range(100)}, "x": 99}
    assert len(tape.rows()) == 100


def test_rules_shape_the_summary(history: History) -> None:
    history.follow([MetricRule(name="loss", summary=("min", "last")), MetricRule(name="val/*", summary=("none",))])
    for value in (3.0, 1.0, 2.0):
        history.log({"loss": value, "val/acc": value, "x": value})
    assert latest(history) == {"loss": {"min": 1.0, "last": 2.0}, "x": 2.0}


def test_a_step_metric_is_added_to_rows_that_lack_it(history: History, tape: Tape) -> None:
    history.follow([MetricRule(name="val/*", step_metric="epoch", step_sync=True)])
    history.log({"val/acc": 0.1})
    history.log({"epoch": 1})
    history.log({"val/acc": 0.5})
    history.log({"val/acc": 0.6})
    history.log({"epoch": 2, "val/acc": 0.7})
    history.log({"val/acc": 0.8})
    assert [row for _, row in tape.rows()] == [
        {"val/acc": 0.1},
        {"epoch": 1},
        {"val/acc": 0.5, "epoch": 1},
        {"val/acc": 0.6, "epoch": 1},
        {"epoch": 2, "val/acc": 0.7},
        {"val/acc": 0.8, "epoch": 2},
    ]


def test_a_step_metric_is_not_added_where_that_was_not_asked(history: History, tape: Tape) -> None:
    history.follow([MetricRule(name="val/*", step_metric="epoch", step_sync=False)])
    history.log({"epoch": 1})
    history.log({"val/acc": 0.5})
    assert tape.rows()[1][1] == {"val/acc": 0.5}


def test_media_that_cannot_be_written_costs_only_itself(tape: Tape, said: list[str], tmp_path: Path) -> None:
    from gnomon.sdk.values.image import Image

    numpy = pytest.importorskip("numpy")
    history = History(tape, str(tmp_path / "gone"))
    (tmp_path / "gone").write_text("a file where the folder should be")
    history.log({"image": Image(numpy.zeros((2, 2), "uint8")), "x": 1})
    assert tape.rows() == [(0, {"x": 1})]
    assert "could not be written" in said[0]
