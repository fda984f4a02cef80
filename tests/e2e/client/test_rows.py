"""What is logged is what is read: through Gnomon's API and through the client's own."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

NAN, INFINITY = float("nan"), float("inf")
ROWS: list[dict[str, Any]] = [
    {"loss": 0.5, "acc": 1, "train/loss": 0.25, "train.loss": 0.125},
    {"nan": NAN, "up": INFINITY, "down": -INFINITY, "none": None, "yes": True, "text": "grün 🟢 \u0000 \u2028"},
    {"nested": {"acc": 1, "deeper": {"x": 0.5}}, "list": [1, 2.5, "three"], "empty": {}},
    {"größe": 1, "损失": 2, 'q"uote\\': 3, " spaced ": 4, "a" * 300: 5},
    {"big": 2**53, "huge": 2**70, "tiny": 5e-324, "wide": 1.7976931348623157e308, "minus": -0.0},
    {"long line": "x" * 3_000_000},
    {"loss": 0.125, "epoch": 1, "val/acc": 0.5},
    {"loss": 0.25, "epoch": 2, "val/acc": 0.75},
]
CONFIG = {
    "lr": 0.1,
    "layers": [1, 2, 3],
    "net": {"width": 64, "act": "relu"},
    "none": None,
    "größe": "ü",
    "dotted.key": 1,
    "long": "y" * 10_000,
}
PLAN = {
    "init": {
        "project": "Zahlen 数",
        "name": "erster Lauf 🏃",
        "id": "run-ä.1_x",
        "notes": "notes\nof two lines",
        "tags": ["baseline", "mit Leerzeichen"],
        "group": "a/b group",
        "job_type": "train",
        "config": CONFIG,
    },
    "define": [
        {"name": "loss", "summary": "min,max,mean,last"},
        {"name": "epoch"},
        {"name": "val/*", "step_metric": "epoch", "summary": "max"},
    ],
    "config": {"later": {"a": 1}},
    "rows": ROWS,
    "summary": {"best": 0.125, "said": {"deep": [1, 2]}},
}
PATH = ["ann", "Zahlen 数", "run-ä.1_x"]


@program
def odd_rows(client: Client) -> Any:
    logged = client.run("rows", PLAN).told
    asked = {
        "path": "/".join(PATH),
        "keys": ["loss", "epoch"],
        "filters": {"$and": [{"config.net.width": {"$gte": 64}}, {"summary_metrics.best": {"$lt": 1}}]},
        "page_size": 3,
    }
    return logged, client.run("reads", asked).told


def same(one: Any, other: Any) -> bool:
    """Equal, NaN being equal to NaN; the words for what JSON cannot say stand for the numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    words = {"NaN": NAN, "Infinity": INFINITY, "-Infinity": -INFINITY}
    one = words.get(one, one) if isinstance(one, str) else one
    other = words.get(other, other) if isinstance(other, str) else other
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def bare(row: dict[str, Any]) -> dict[str, Any]:
    """What was logged in a row, under dotted names. `None` and an empty dict are no values."""
    return flat({key: value for key, value in row.items() if key not in ("_step", "_runtime", "_timestamp", "_time")})


def flat(nested: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in nested.items():
        if isinstance(value, dict):
            found |= flat(value, f"{before}{key}.")
        elif value is not None:
            found[before + key] = value
    return found


def test_the_client_names_the_run_as_it_was_named(odd_rows: Any) -> None:
    logged, _ = odd_rows
    assert logged["path"] == PATH
    assert logged["name"] == "erster Lauf 🏃"


def test_every_row_is_stored_once_as_it_was_logged(odd_rows: Any, reader: Reader) -> None:
    rows = reader.rows(PATH)
    assert [row["_step"] for row in rows] == list(range(len(ROWS)))
    for row, logged in zip(rows, ROWS, strict=True):
        assert same(bare(row), bare(logged)), (bare(row), bare(logged))


def test_the_run_has_what_init_was_given(odd_rows: Any, reader: Reader) -> None:
    run = reader.run(PATH)
    assert run["name"] == "erster Lauf 🏃"
    assert run["notes"] == "notes\nof two lines"
    assert run["tags"] == ["baseline", "mit Leerzeichen"]
    assert (run["group"], run["job_type"]) == ("a/b group", "train")
    assert (run["state"], run["exit_code"]) == ("finished", 0)
    assert run["config"] == {**CONFIG, "later": {"a": 1}}
    assert run["metadata"]["python"]


def test_the_summary_is_what_the_client_says(odd_rows: Any, reader: Reader) -> None:
    summary = reader.run(PATH)["summary"]
    assert summary["best"] == 0.125
    assert summary["said.deep"] == [1, 2]
    assert (summary["loss.min"], summary["loss.max"], summary["loss.last"]) == (0.125, 0.5, 0.25)
    assert summary["val/acc.max"] == 0.75
    assert summary["acc"] == 1


def test_the_public_api_reads_the_same(odd_rows: Any) -> None:
    _, read = odd_rows
    attributes = read["attributes"]
    assert attributes["name"] == "erster Lauf 🏃" and attributes["id"] == PATH[2]
    assert attributes["state"] == "finished"
    assert attributes["tags"] == ["baseline", "mit Leerzeichen"]
    assert (attributes["group"], attributes["job_type"]) == ("a/b group", "train")
    assert read["user"] == "ann"
    assert read["config"] == {**CONFIG, "later": {"a": 1}}
    assert read["summary"]["best"] == 0.125
    assert read["summary"]["loss"]["min"] == 0.125
    assert PATH[1] in read["projects"]
    assert read["found"] == [PATH[2]]


def test_scan_history_reads_every_row_in_order_once(odd_rows: Any) -> None:
    _, read = odd_rows
    assert read["last_step"] == len(ROWS) - 1
    assert [row["_step"] for row in read["scan"]] == list(range(len(ROWS)))
    for row, logged in zip(read["scan"], ROWS, strict=True):
        assert same(bare(row), bare(logged)), (bare(row), bare(logged))
    assert [(row["loss"], row["epoch"]) for row in read["scan_keys"]] == [(0.125, 1), (0.25, 2)]


def test_sampled_history_has_the_rows_too(odd_rows: Any) -> None:
    _, read = odd_rows
    assert [row["_step"] for row in read["sampled"]] == list(range(len(ROWS)))
    assert [(row["loss"], row["epoch"]) for row in read["sampled_keys"]] == [(0.125, 1), (0.25, 2)]


def test_metric_rules_are_kept_as_the_client_gave_them(odd_rows: Any) -> None:
    _, read = odd_rows
    rules = read["raw_config"]["_wandb"]["m"]
    names = {rule.get("1") or rule.get("2") for rule in rules}
    assert names >= {"loss", "epoch"} and names & {"val/*", "val/acc"}


def test_files_of_the_run_are_there(odd_rows: Any) -> None:
    _, read = odd_rows
    assert {"config.yaml", "wandb-summary.json", "wandb-metadata.json", "requirements.txt"} <= read["files"].keys()
    assert read["metadata"]["python"]
