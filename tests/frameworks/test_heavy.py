"""Frameworks with their own callbacks for the official client: `make test-frameworks` installs them and runs these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program
from tests.frameworks import checks
from tests.wandb_clients.scripts import clients

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not clients.is_installed("frameworks"),
        reason="the frameworks are not installed; `make test-frameworks` does it",
    ),
]

PROGRAMS = Path(__file__).with_name("programs")


def runs(client: Client, name: str, *arguments: str) -> Any:
    heavy = Client(client.server, client.base, python=clients.python_of("frameworks"), programs=PROGRAMS)
    return heavy.run(name, None, *arguments, timeout=300, TF_CPP_MIN_LOG_LEVEL="3", HF_HUB_OFFLINE="1").told


@program
def huggingface_trainer(client: Client) -> Any:
    return runs(client, "huggingface_trainer")


@program
def lightning_logger(client: Client) -> Any:
    return runs(client, "lightning_logger")


@program
def keras_fit(client: Client) -> Any:
    return runs(client, "keras_fit")


@program
def jax_loop(client: Client) -> Any:
    return runs(client, "jax_loop")


@program
def xgboost_train(client: Client) -> Any:
    return runs(client, "xgboost_train")


@program
def tensorboard_torch(client: Client) -> Any:
    return runs(client, "tensorboard_sync", "torch")


@program
def tensorboard_x(client: Client) -> Any:
    return runs(client, "tensorboard_sync", "tensorboardX")


@program
def accelerate_tracker(client: Client) -> Any:
    return runs(client, "accelerate_tracker")


@program
def catboost_train(client: Client) -> Any:
    return runs(client, "catboost_train")


@program
def sb3_learn(client: Client) -> Any:
    return runs(client, "sb3_learn")


@program
def hydra_app(client: Client) -> Any:
    return runs(client, "hydra_app", "--multirun", "model.width=8,16")


@program
def digits_torch(client: Client) -> Any:
    example = Path(__file__).resolve().parents[2] / "examples" / "client"
    Client(client.server, client.base, python=clients.python_of("frameworks"), programs=example).run(
        "digits_torch", timeout=300
    )


def test_the_trainer_of_transformers(huggingface_trainer: Any, reader: Reader) -> None:
    checks.trainer_of_transformers(huggingface_trainer, reader)


def test_the_tracker_of_accelerate(accelerate_tracker: Any, reader: Reader) -> None:
    checks.tracker_of_accelerate(accelerate_tracker, reader)


def test_the_logger_of_lightning(lightning_logger: Any, reader: Reader) -> None:
    checks.logger_of_lightning(lightning_logger, reader)


def test_the_callbacks_of_keras(keras_fit: Any, reader: Reader) -> None:
    checks.callbacks_of_keras(keras_fit, reader)


def test_what_jax_makes(jax_loop: Any, reader: Reader) -> None:
    checks.what_jax_makes(jax_loop, reader)


def test_the_callback_of_xgboost(xgboost_train: Any, reader: Reader) -> None:
    checks.callback_of_xgboost(xgboost_train, reader)


def test_the_callback_of_catboost(catboost_train: Any, reader: Reader) -> None:
    checks.callback_of_catboost(catboost_train, reader)


def test_the_callback_of_stable_baselines3(sb3_learn: Any, reader: Reader) -> None:
    checks.callback_of_stable_baselines3(sb3_learn, reader)


@pytest.mark.parametrize("writer", ["torch", "tensorboardX"])
def test_event_files_of_tensorboard(writer: str, tensorboard_torch: Any, tensorboard_x: Any, reader: Reader) -> None:
    checks.event_files(tensorboard_torch if writer == "torch" else tensorboard_x, reader)


def test_a_tutorial_with_pytorch(digits_torch: Any, reader: Reader) -> None:
    checks.tutorial_with_pytorch(reader)


def test_a_multirun_of_hydra(hydra_app: Any, reader: Reader) -> None:
    checks.sweep_of_hydra(hydra_app, reader)
