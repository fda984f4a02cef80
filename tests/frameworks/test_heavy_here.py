"""Frameworks with their own callbacks for wandb, on Gnomon's SDK, by `gnomon run`: `make test-frameworks`.

wandb is installed beside them; the stand-in wins over it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader
from tests.frameworks import checks
from tests.frameworks.standing_in import HEAVY, PROGRAMS, program, runs
from tests.wandb_clients.scripts import ROOT, clients

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not clients.is_installed(HEAVY), reason="the frameworks are not installed; `make test-frameworks` does it"
    ),
]


def heavy(client: Client, name: str, *arguments: str, programs: Path = PROGRAMS) -> Any:
    return runs(client, name, *arguments, environment=HEAVY, programs=programs)


@program
def huggingface_trainer_here(client: Client) -> Any:
    return heavy(client, "huggingface_trainer")


@program
def accelerate_tracker_here(client: Client) -> Any:
    return heavy(client, "accelerate_tracker")


@program
def lightning_logger_here(client: Client) -> Any:
    return heavy(client, "lightning_logger")


@program
def keras_fit_here(client: Client) -> Any:
    return heavy(client, "keras_fit")


@program
def jax_loop_here(client: Client) -> Any:
    return heavy(client, "jax_loop")


@program
def xgboost_train_here(client: Client) -> Any:
    return heavy(client, "xgboost_train")


@program
def catboost_train_here(client: Client) -> Any:
    return heavy(client, "catboost_train")


@program
def sb3_learn_here(client: Client) -> Any:
    return heavy(client, "sb3_learn")


@program
def tensorboard_torch_here(client: Client) -> Any:
    return heavy(client, "tensorboard_sync", "torch")


@program
def torchrun_ranks_here(client: Client) -> Any:
    return runs(client, "torchrun_ranks", environment=HEAVY, launcher=("torchrun", "--nproc-per-node", "2"))


@program
def lightning_spawn_here(client: Client) -> Any:
    return heavy(client, "lightning_spawn")


@program
def digits_torch_here(client: Client) -> Any:
    heavy(client, "digits_torch", programs=ROOT / "examples" / "client")


def test_the_trainer_of_transformers_here(huggingface_trainer_here: Any, here: Reader) -> None:
    checks.trainer_of_transformers(huggingface_trainer_here, here)


def test_the_tracker_of_accelerate_here(accelerate_tracker_here: Any, here: Reader) -> None:
    checks.tracker_of_accelerate(accelerate_tracker_here, here)


def test_the_logger_of_lightning_here(lightning_logger_here: Any, here: Reader) -> None:
    checks.logger_of_lightning(lightning_logger_here, here)


def test_the_callbacks_of_keras_here(keras_fit_here: Any, here: Reader) -> None:
    checks.callbacks_of_keras(keras_fit_here, here)


def test_what_jax_makes_here(jax_loop_here: Any, here: Reader) -> None:
    checks.what_jax_makes(jax_loop_here, here)


def test_the_callback_of_xgboost_here(xgboost_train_here: Any, here: Reader) -> None:
    checks.callback_of_xgboost(xgboost_train_here, here)


def test_the_callback_of_catboost_here(catboost_train_here: Any, here: Reader) -> None:
    checks.callback_of_catboost(catboost_train_here, here)


def test_the_callback_of_stable_baselines3_here(sb3_learn_here: Any, here: Reader) -> None:
    checks.callback_of_stable_baselines3(sb3_learn_here, here)


def test_event_files_of_torch_here(tensorboard_torch_here: Any, here: Reader) -> None:
    checks.event_files(tensorboard_torch_here, here)


def test_a_tutorial_with_pytorch_here(digits_torch_here: Any, here: Reader) -> None:
    checks.tutorial_with_pytorch(here)


def test_ranks_of_torchrun_here(torchrun_ranks_here: Any, here: Reader) -> None:
    found = checks.runs_of(here, "torchrun")
    assert sorted((run["name"], run["group"], run["summary"]["rank"]) for run in found) == [
        ("rank-0", "ranks", 0), ("rank-1", "ranks", 1),
    ]  # fmt: skip


def test_spawned_workers_of_lightning_go_on_with_the_run_here(lightning_spawn_here: Any, here: Reader) -> None:
    (run,) = checks.runs_of(here, "lightning-spawn")
    assert run["id"] == lightning_spawn_here["path"][2]
    assert len(checks.column(here.rows(lightning_spawn_here["path"]), "loss")) == 2
