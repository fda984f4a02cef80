"""Charts: the table that is logged, and what the run keeps of how it is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gnomon
from gnomon import plot
from gnomon.protocol.journal import Kind
from gnomon.sdk.errors import Error, UsageError
from gnomon.sdk.tables.table import Table
from tests.sdk.conftest import of_kind, rows


@pytest.fixture
def run(alone: Path) -> Any:
    """An offline run."""
    return gnomon.init(mode="offline", project="p")


def kept(run: Any) -> dict[str, Any]:
    """What the run keeps of its charts."""
    found: dict[str, Any] = {}
    for (said,) in of_kind(run.sync_dir, Kind.RUN):
        for group, charts in said.get("client", {}).items():
            found.setdefault(group, {}).update(charts)
    return found


def a_table(**columns: list[Any]) -> Table:
    return Table(columns=list(columns), data=[list(row) for row in zip(*columns.values(), strict=True)])


def test_a_line_is_a_table_and_how_it_is_drawn(run: Any) -> None:
    run.log({"curve": plot.line(a_table(x=[1, 2], y=[3, 4], s=["a", "b"]), "x", "y", stroke="s", title="T")})
    (row,) = rows(run.sync_dir)
    assert set(row) == {"_step", "curve_table"}
    assert row["curve_table"]["_type"] == "table-file"
    assert kept(run) == {
        "visualize": {
            "curve": {
                "panel_type": "Vega2",
                "panel_config": {
                    "panelDefId": "wandb/line/v0",
                    "fieldSettings": {"x": "x", "y": "y", "stroke": "s"},
                    "stringSettings": {"title": "T"},
                    "transform": {"name": "tableWithLeafColNames"},
                    "userQuery": {
                        "queryFields": [
                            {
                                "name": "runSets",
                                "args": [{"name": "runSets", "value": "${runSets}"}],
                                "fields": [
                                    {"name": "id", "fields": []},
                                    {"name": "name", "fields": []},
                                    {"name": "_defaultColorIndex", "fields": []},
                                    {
                                        "name": "summaryTable",
                                        "args": [{"name": "tableKey", "value": "curve_table"}],
                                        "fields": [],
                                    },
                                ],
                            }
                        ]
                    },
                },
            }
        }
    }
    assert dict(run.config) == {}


@pytest.mark.parametrize(
    ("chart", "definition", "fields", "strings"),
    [
        (lambda t: plot.scatter(t, "x", "y", title="T"), "scatter/v0", {"x": "x", "y": "y"}, {"title": "T"}),
        (lambda t: plot.bar(t, "x", "y"), "bar/v0", {"label": "x", "value": "y"}, {"title": ""}),
        (lambda t: plot.histogram(t, "x", title="T"), "histogram/v0", {"value": "x"}, {"title": "T"}),
        (
            lambda t: plot.line_series([0, 1], [[1, 2]], title="T", xname="step"),
            "lineseries/v0",
            {"step": "step", "lineKey": "lineKey", "lineVal": "lineVal"},
            {"title": "T", "xname": "step"},
        ),
    ],
)
def test_each_chart_has_its_definition(chart: Any, definition: str, fields: Any, strings: Any) -> None:
    spec = chart(a_table(x=[1], y=[2])).spec
    assert (spec.spec_name, spec.fields, spec.string_fields) == (f"wandb/{definition}", fields, strings)


def test_a_chart_of_ones_own_keeps_what_it_is_told(run: Any) -> None:
    chart = gnomon.plot_table("me/violin", a_table(a=[1]), {"value": "a"}, {"title": "T"}, split_table=True)
    run.log({"v": chart})
    assert "Custom Chart Tables/v_table" in rows(run.sync_dir)[0]
    config = kept(run)["visualize"]["v"]["panel_config"]
    assert (config["panelDefId"], config["fieldSettings"]) == ("me/violin", {"value": "a"})


def test_charts_in_nested_dicts_have_the_whole_name(run: Any) -> None:
    run.log({"val": {"c": plot.bar(a_table(x=["a"], y=[2]), "x", "y")}, "loss": 1})
    assert set(rows(run.sync_dir)[0]) == {"_step", "val.c_table", "loss"}
    assert list(kept(run)["visualize"]) == ["val.c"]


def test_a_chart_by_its_name_alone(run: Any) -> None:
    run.log({"cm": plot.visualize("wandb/confusion_matrix/v1", a_table(x=[1]))})
    assert set(rows(run.sync_dir)[0]) == {"_step", "cm"}
    assert kept(run) == {
        "viz": {"cm": {"id": "wandb/confusion_matrix/v1", "historyFieldSettings": {"x-axis": "_step", "key": "cm"}}}
    }


def test_the_same_chart_logged_again_keeps_the_newest_table(run: Any) -> None:
    for height in (1, 2):
        run.log({"c": plot.bar(a_table(x=["a"], y=[height]), "x", "y")})
    first, second = (row["c_table"]["path"] for row in rows(run.sync_dir))
    assert first != second
    assert run.summary["c_table"]["path"] == second


def test_lines_may_share_their_x_values_or_have_their_own() -> None:
    shared = plot.line_series([0, 1], [[1, 2], [3, 4]], keys=["a", "b"]).table
    own = plot.line_series(np.array([[0, 1], [0, 1]]), np.array([[1, 2], [3, 4]]), keys=["a", "b"]).table
    assert shared.data == [[0, "a", 1], [1, "a", 2], [0, "b", 3], [1, "b", 4]]
    assert [[int(x), key, int(y)] for x, key, y in own.data] == shared.data
    assert plot.line_series([0], [[1], [2]]).table.get_column("lineKey") == ["line_0", "line_1"]


NO_TABLE: Any = [[1]]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: plot.line_series([[0], [1]], [[1]]), "2 lists of x values for 1 lines"),
        (lambda: plot.line_series([0], [[1]], keys=["a", "b"]), "2 names for 1 lines"),
        (lambda: plot.line_series(5, [[1]]), "xs must be a list, not int"),  # type: ignore[arg-type]
        (lambda: plot.line_series([0], [1]), "Each of ys must be a list, not int"),  # type: ignore[list-item]
        (lambda: plot.confusion_matrix(preds=5, y_true=[0]), "No confusion_matrix can be made of this"),
        (lambda: plot.roc_curve([0, 1], [[object()] * 2] * 2), "No roc_curve can be made of this"),
        (lambda: plot.line_series([[0], 1], [[1], [2]]), "Each of xs must be a list, not int"),
        (lambda: plot.line(a_table(x=[1]), "x", "y"), "no column 'y'"),
        (lambda: plot.bar(NO_TABLE, "x", "y"), "table must be a Table, not list"),
        (lambda: plot.plot_table("a/b", NO_TABLE, {}), "data_table must be a Table, not list"),
        (lambda: plot.visualize("a/b", NO_TABLE), "value must be a Table, not list"),
    ],
)
def test_what_makes_no_chart_is_said(make: Any, why: str) -> None:
    with pytest.raises(Error, match=why):
        make()


def test_a_chart_without_a_key_has_no_table_key() -> None:
    chart = plot.bar(a_table(x=["a"], y=[1]), "x", "y")
    with pytest.raises(Error, match="no key yet"):
        _ = chart.spec.table_key
    chart.set_key("k")
    assert (chart.spec.table_key, chart.spec.config_key) == ("k_table", ("_wandb", "visualize", "k"))


TRUTH = [0, 0, 1, 1, 2]
CHANCES = [[0.8, 0.1, 0.1], [0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]]


def test_the_roc_curve_has_a_curve_for_each_class() -> None:
    chart = plot.roc_curve(TRUTH, CHANCES, labels=["a", "b", "c"], classes_to_plot=[0, 2])
    assert chart is not None
    assert chart.table.columns == ["class", "fpr", "tpr"]
    assert set(chart.table.get_column("class")) == {"a", "c"}
    assert [row[1:] for row in chart.table.data if row[0] == "c"] == [
        [0.0, 0.0], [0.0, 1.0], [0.25, 1.0], [1.0, 1.0],
    ]  # fmt: skip
    assert chart.spec.fields == {"x": "fpr", "y": "tpr", "class": "class"}
    assert chart.spec.string_fields == {
        "title": "ROC Curve",
        "x-axis-title": "False positive rate",
        "y-axis-title": "True positive rate",
    }


def test_the_precision_recall_curve_has_as_many_points_as_asked_for() -> None:
    chart = plot.pr_curve(np.array(TRUTH), np.array(CHANCES), interp_size=5)
    assert chart is not None
    assert chart.table.columns == ["class", "precision", "recall"]
    assert [row[2] for row in chart.table.data if row[0] == 1] == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert chart.spec.fields == {"x": "recall", "y": "precision", "class": "class"}


def test_one_score_a_sample_is_that_of_the_second_of_two_classes() -> None:
    both = plot.roc_curve([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    one = plot.roc_curve([0, 1, 1], [0.1, 0.8, 0.4])
    assert both is not None
    assert one is not None
    assert one.table == both.table
    with pytest.raises(UsageError, match="for 3 classes it is N×3"):
        plot.roc_curve([0, 1, 2], [0.1, 0.8, 0.4])


def test_classes_may_be_texts() -> None:
    chart = plot.roc_curve(["cat", "dog"], [[0.9, 0.1], [0.2, 0.8]], labels=["unused", "names"])
    assert chart is not None
    assert set(chart.table.get_column("class")) == {"cat", "dog"}


def test_a_curve_of_nothing_is_not_made_and_that_is_said(said: list[str]) -> None:
    assert plot.roc_curve(None, None) is None
    assert plot.pr_curve([1], None) is None
    assert [line for line in said if "is None" in line] == [
        "WARNING y_true is None; the chart is not made",
        "WARNING y_probas is None; the chart is not made",
        "WARNING y_probas is None; the chart is not made",
    ]


def test_a_long_curve_keeps_its_shape_in_fewer_points(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setattr(Table, "MAX_ROWS", 20)
    chance = np.random.default_rng(0)
    chart = plot.roc_curve(chance.integers(0, 2, 500), chance.random((500, 2)))
    assert chart is not None
    points = [row[1:] for row in chart.table.data if row[0] == 0]
    assert len(points) == 10
    assert (points[0], points[-1]) == ([0.0, 0.0], [1.0, 1.0])


def test_a_confusion_matrix_counts_who_was_taken_for_whom() -> None:
    chart = plot.confusion_matrix(y_true=[0, 0, 1], preds=[0, 1, 1], class_names=["cat", "dog"])
    assert chart.table.columns == ["Actual", "Predicted", "nPredictions"]
    assert chart.table.data == [["cat", "cat", 1.0], ["cat", "dog", 1.0], ["dog", "cat", 0.0], ["dog", "dog", 1.0]]
    assert plot.confusion_matrix(probs=CHANCES, y_true=TRUTH).table.data[0] == ["Class_1", "Class_1", 1.0]
    named = plot.confusion_matrix(y_true=["cat", "dog"], preds=["dog", "dog"], class_names=["cat", "dog"])
    assert [row[2] for row in named.table.data] == [0.0, 1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"probs": [[1]], "preds": [0], "y_true": [0]}, "not of both"),
        ({"y_true": [0]}, "not of both"),
        ({"preds": [0]}, "needs `y_true`"),
        ({"preds": [0, 1], "y_true": [0]}, "2 predictions for 1 true classes"),
        ({"preds": [0, 5], "y_true": [0, 1], "class_names": ["a", "b"]}, "have none for 5"),
    ],
)
def test_what_makes_no_matrix_is_said(how: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plot.confusion_matrix(**how)


@pytest.mark.parametrize(
    ("truth", "scores", "labels", "why"),
    [
        ([0, 1], [[1, 0]], None, "scores of 1 samples for 2"),
        ([0, 1, 2], [[1, 0]] * 3, None, "has 2 columns for the 3 classes"),
        ([0, 7], [[1, 0], [0, 1]], ["a", "b"], "The class 7 has no label"),
    ],
)
def test_what_makes_no_curve_is_said(truth: Any, scores: Any, labels: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plot.roc_curve(truth, scores, labels=labels)
