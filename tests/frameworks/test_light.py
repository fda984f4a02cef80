"""Frameworks that are light enough for every test run, with their own callbacks for the official client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, newest_only, program
from tests.frameworks import checks

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


def test_optuna_logs_each_trial(optuna_study: Any, reader: Reader) -> None:
    checks.study_of_optuna(optuna_study, reader)


def test_optuna_makes_a_run_of_each_trial_where_asked(optuna_study: Any, reader: Reader) -> None:
    checks.trials_of_optuna(optuna_study, reader)


def test_lightgbm_logs_each_round_and_keeps_the_model(lightgbm_train: Any, reader: Reader) -> None:
    checks.callback_of_lightgbm(lightgbm_train, reader)


def test_plots_of_scikit_learn_are_charts_and_tables(sklearn_plots: Any, reader: Reader) -> None:
    checks.plots_of_scikit_learn(sklearn_plots, reader)
