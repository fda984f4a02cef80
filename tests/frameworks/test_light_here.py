"""Light frameworks with callbacks of their own for wandb, on our SDK, by `gnomon run` where wandb is not installed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader
from tests.frameworks import checks
from tests.frameworks.standing_in import LIGHT, program, runs

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@program
def optuna_study_here(client: Client) -> Any:
    return runs(client, "optuna_study", environment=LIGHT)


@program
def lightgbm_train_here(client: Client) -> Any:
    return runs(client, "lightgbm_train", environment=LIGHT)


@program
def sklearn_plots_here(client: Client) -> Any:
    return runs(client, "sklearn_plots", environment=LIGHT)


@program
def tensorboard_x_here(client: Client) -> Any:
    return runs(client, "tensorboard_sync", "tensorboardX", environment=LIGHT)


@program
def hydra_app_here(client: Client) -> Any:
    return runs(client, "hydra_app", "--multirun", "model.width=8,16", environment=LIGHT)


def test_optuna_logs_each_trial_here(optuna_study_here: Any, here: Reader) -> None:
    checks.study_of_optuna(optuna_study_here, here)


def test_optuna_makes_a_run_of_each_trial_here(optuna_study_here: Any, here: Reader) -> None:
    checks.trials_of_optuna(optuna_study_here, here)


def test_lightgbm_logs_each_round_here(lightgbm_train_here: Any, here: Reader) -> None:
    checks.callback_of_lightgbm(lightgbm_train_here, here)


def test_plots_of_scikit_learn_are_charts_here(sklearn_plots_here: Any, here: Reader) -> None:
    checks.plots_of_scikit_learn(sklearn_plots_here, here)


def test_event_files_of_tensorboardx_here(tensorboard_x_here: Any, here: Reader) -> None:
    checks.event_files(tensorboard_x_here, here)


def test_a_multirun_of_hydra_is_a_run_for_each_job(hydra_app_here: Any, here: Reader) -> None:
    checks.sweep_of_hydra(hydra_app_here, here)
