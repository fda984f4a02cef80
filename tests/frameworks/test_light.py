"""Frameworks that are light enough for every test run, with their own callbacks for the official client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), newest_only]

PROGRAMS = Path(__file__).with_name("programs")


def runs(client: Client, name: str, *arguments: str) -> Any:
    light = Client(client.server, client.base, programs=PROGRAMS)
    return light.run(name, None, *arguments, timeout=300).told


@program
def optuna_study(client: Client) -> Any:
    return runs(client, "optuna_study")


@program
def lightgbm_train(client: Client) -> Any:
    return runs(client, "lightgbm_train")


@program
def sklearn_plots(client: Client) -> Any:
    return runs(client, "sklearn_plots")


def column(rows: list[dict[str, Any]], key: str) -> list[Any]:
    return [row[key] for row in rows if key in row]


def test_optuna_logs_each_trial(optuna_study: Any, reader: Reader) -> None:
    rows = reader.rows(["ann", "optuna", "study"])
    found = list(zip(column(rows, "x"), column(rows, "kind"), column(rows, "value"), strict=True))
    assert found == [tuple(one) for one in optuna_study["study"]]


def test_optuna_makes_a_run_of_each_trial_where_asked(optuna_study: Any, reader: Reader) -> None:
    found = reader.server.ask("POST", "/api/projects/ann/optuna-trials/runs", {})["runs"]
    assert sorted(run["summary"]["value"] for run in found) == sorted(value for *_, value in optuna_study["trials"])


def test_lightgbm_logs_each_round_and_keeps_the_model(lightgbm_train: Any, reader: Reader) -> None:
    rows = reader.rows(lightgbm_train["path"])
    assert column(rows, "valid_binary_logloss") == pytest.approx(lightgbm_train["logloss"])
    run = reader.run(lightgbm_train["path"])
    assert run["config"]["num_leaves"] == 4
    assert run["summary"]["best_iteration"] >= 0


def test_plots_of_scikit_learn_are_charts_and_tables(sklearn_plots: Any, reader: Reader) -> None:
    keys = {key for row in reader.rows(sklearn_plots["path"]) for key in row}
    assert {"class_proportions", "confusion_matrix", "learning_curve"} <= keys, sorted(keys)
