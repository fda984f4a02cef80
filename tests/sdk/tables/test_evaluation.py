"""Evaluations: columns with roles, and what the history says of their scores."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.sdk.errors import UnsupportedError, UsageError
from gnomon.sdk.tables.evaluation import EvalTable


def test_the_roles_name_the_columns() -> None:
    table = EvalTable(input_columns=["image"], output_columns=["guess"], score_columns=["right"])
    assert table.columns == ["image", "guess", "right"]


def test_the_history_says_the_roles_and_the_mean_scores(run: Any, logged: Any, table_file: Any) -> None:
    table = EvalTable(
        columns=["question", "answer", "score", "right", "remark"],
        data=[["q1", "a1", 0.5, True, "x"], ["q2", "a2", 1.0, False, "y"]],
        input_columns=["question"],
        score_columns=["score", "right", "remark"],
    )
    run.log({"e": table})
    run.log({"e": table})
    first, second = (row["e"] for row in logged())
    assert first == second
    assert first["_type"] == "table-file"
    assert first["input_columns"] == ["question"]
    assert first["output_columns"] == ["answer"]
    assert first["score_columns"] == ["score", "right", "remark"]
    assert first["scores"] == {"score": 0.75, "right": 0.5}
    assert table_file(first)["columns"] == table.columns
    assert table.has_been_logged()


def test_rows_are_counted_where_no_input_tells_them_apart(run: Any, logged: Any, table_file: Any) -> None:
    run.log({"e": EvalTable(columns=["answer"], data=[["x"], ["y"]])})
    value = logged()[0]["e"]
    assert value["input_columns"] == ["row"]
    assert table_file(value)["data"] == [["x", 1], ["y", 2]]
    assert table_file(value)["columns"] == ["answer", "row"]


def test_a_role_of_a_column_that_is_not_there_is_said(run: Any, logged: Any, said: list[str]) -> None:
    run.log({"e": EvalTable(columns=["a"], data=[[1]], score_columns=["b"]), "loss": 1})
    assert "e" not in logged()[0]
    assert any("no columns ['b']" in line for line in said)


class Thing:
    """A class that no column knows."""


def test_what_no_column_knows_is_kept_as_text_or_refused(run: Any, logged: Any, table_file: Any) -> None:
    run.log({"e": EvalTable(columns=["a"], data=[[Thing()]])})
    assert "Thing object" in table_file(logged()[0]["e"])["data"][0][0]
    for fails in (
        lambda: EvalTable(columns=["a"], data=[[Thing()]], unsupported_media_mode="raise"),
        lambda: EvalTable(columns=["a"], unsupported_media_mode="raise").add_data(Thing()),
        lambda: EvalTable(columns=["a"], data=[[1]], unsupported_media_mode="raise").add_column("b", [Thing()]),
    ):
        with pytest.raises(UsageError, match="Thing cannot stand in a cell"):
            fails()


def test_what_an_evaluation_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="logged once"):
        EvalTable(log_mode="MUTABLE")
    with pytest.raises(UsageError, match="'stub' or 'raise'"):
        EvalTable(unsupported_media_mode="guess")
    with pytest.raises(UnsupportedError, match="no other backend"):
        EvalTable(backend="ces")
