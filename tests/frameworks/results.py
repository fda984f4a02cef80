"""What came of each framework, as the guide tells it: `make test-frameworks` keeps it in `results.json`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.wandb_clients.scripts import clients

RESULTS = Path(__file__).with_name("results.json")
HEAVY = "frameworks"
LIGHT: str = clients.LIGHT


@dataclass(frozen=True)
class Framework:
    """A framework, the tests of it, and what the guides say is tried."""

    package: str
    says: str
    client: str | None = None
    """The test of it with the official client."""
    run: str | None = None
    """The test of it on Gnomon's SDK, by `gnomon run`."""
    environment: str = HEAVY


FRAMEWORKS = [
    Framework(
        "transformers",
        '`Trainer` with `report_to="wandb"`, and the model kept',
        "test_the_trainer_of_transformers",
        "test_the_trainer_of_transformers_here",
    ),
    Framework(
        "accelerate",
        '`log_with="wandb"`: metrics, pictures, tables',
        "test_the_tracker_of_accelerate",
        "test_the_tracker_of_accelerate_here",
    ),
    Framework(
        "lightning",
        "`WandbLogger`: metrics, `watch`, pictures, tables, checkpoints",
        "test_the_logger_of_lightning",
        "test_the_logger_of_lightning_here",
    ),
    Framework(
        "tensorflow-cpu",
        "Keras with `WandbMetricsLogger`, `WandbModelCheckpoint` and `WandbEvalCallback`",
        "test_the_callbacks_of_keras",
        "test_the_callbacks_of_keras_here",
    ),
    Framework(
        "torch",
        "`watch`, pictures of mistakes in tables, weights as artifacts",
        "test_a_tutorial_with_pytorch",
        "test_a_tutorial_with_pytorch_here",
    ),
    Framework("jax", "scalars, arrays and pictures that JAX makes", "test_what_jax_makes", "test_what_jax_makes_here"),
    Framework(
        "xgboost-cpu",
        "`WandbCallback`: metrics, importances, the model",
        "test_the_callback_of_xgboost",
        "test_the_callback_of_xgboost_here",
    ),
    Framework(
        "catboost",
        "`WandbCallback` and `log_summary`: metrics, importances, the model",
        "test_the_callback_of_catboost",
        "test_the_callback_of_catboost_here",
    ),
    Framework(
        "stable-baselines3",
        "`WandbCallback`: gradients and the model; metrics by `sync_tensorboard=True`",
        "test_the_callback_of_stable_baselines3",
        "test_the_callback_of_stable_baselines3_here",
    ),
    Framework(
        "tensorboard",
        "`sync_tensorboard=True` with PyTorch's writer",
        "test_event_files_of_tensorboard[torch]",
        "test_event_files_of_torch_here",
    ),
    Framework(
        "tensorboardX",
        "`sync_tensorboard=True` with its writer",
        "test_event_files_of_tensorboard[tensorboardX]",
        "test_event_files_of_tensorboardx_here",
    ),
    Framework(
        "lightgbm",
        "`wandb_callback` and `log_summary`",
        "test_lightgbm_logs_each_round_and_keeps_the_model",
        "test_lightgbm_logs_each_round_here",
        LIGHT,
    ),
    Framework(
        "scikit-learn",
        "`wandb.sklearn.plot_…`",
        "test_plots_of_scikit_learn_are_charts_and_tables",
        "test_plots_of_scikit_learn_are_charts_here",
        LIGHT,
    ),
    Framework(
        "optuna",
        "`WeightsAndBiasesCallback`: a run of the study, or one a trial",
        "test_optuna_logs_each_trial",
        "test_optuna_logs_each_trial_here",
        LIGHT,
    ),
    Framework(
        "hydra-core",
        "a multirun: a run for each job, with its composed config",
        "test_a_multirun_of_hydra",
        "test_a_multirun_of_hydra_is_a_run_for_each_job",
        LIGHT,
    ),
]


def kept() -> dict[str, dict[str, str]]:
    """What came of each framework when it was tried last, by its package: `client` and `run` are works or fails."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(outcomes: Mapping[str, str]) -> None:
    """Keep what came of these tests, with the versions that were there; others stay as they are."""
    known = kept()
    for one in FRAMEWORKS:
        came = {
            way: outcomes[test] for way, test in (("client", one.client), ("run", one.run)) if test and test in outcomes
        }
        if came:
            before = {way: how for way, how in known.get(one.package, {}).items() if way in ("client", "run")}
            known[one.package] = {"version": _version(one), "says": one.says, **before, **came}
    ordered = {one.package: known[one.package] for one in FRAMEWORKS if one.package in known}
    RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _version(one: Framework) -> str:
    asked = f"from importlib.metadata import version; print(version({one.package!r}))"
    python = clients.python_of(one.environment)
    return subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
