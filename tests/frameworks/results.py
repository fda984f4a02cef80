"""What came of each framework, as the guide tells it: `make test-frameworks` keeps it in `results.json`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.wandb_clients.scripts import NEWEST, clients

RESULTS = Path(__file__).with_name("results.json")
HEAVY = "frameworks"


@dataclass(frozen=True)
class Framework:
    """A framework, the test of it, and what the guide says is tried."""

    test: str
    package: str
    says: str
    environment: str = HEAVY


FRAMEWORKS = [
    Framework(
        "test_the_trainer_of_transformers", "transformers", '`Trainer` with `report_to="wandb"`, and the model kept'
    ),
    Framework(
        "test_the_logger_of_lightning", "lightning", "`WandbLogger`: metrics, `watch`, pictures, tables, checkpoints"
    ),
    Framework(
        "test_the_callbacks_of_keras",
        "tensorflow-cpu",
        "Keras with `WandbMetricsLogger`, `WandbModelCheckpoint` and `WandbEvalCallback`",
    ),
    Framework("test_a_tutorial_with_pytorch", "torch", "`watch`, pictures of mistakes in tables, weights as artifacts"),
    Framework("test_what_jax_makes", "jax", "scalars, arrays and pictures that JAX makes"),
    Framework("test_the_callback_of_xgboost", "xgboost-cpu", "`WandbCallback`: metrics, importances, the model"),
    Framework("test_event_files_of_tensorboard[torch]", "tensorboard", "`sync_tensorboard=True` with PyTorch's writer"),
    Framework(
        "test_event_files_of_tensorboard[tensorboardX]", "tensorboardX", "`sync_tensorboard=True` with its writer"
    ),
    Framework(
        "test_lightgbm_logs_each_round_and_keeps_the_model", "lightgbm", "`wandb_callback` and `log_summary`", NEWEST
    ),
    Framework("test_plots_of_scikit_learn_are_charts_and_tables", "scikit-learn", "`wandb.sklearn.plot_…`", NEWEST),
    Framework(
        "test_optuna_logs_each_trial",
        "optuna",
        "`WeightsAndBiasesCallback`: a run of the study, or one a trial",
        NEWEST,
    ),
]


def kept() -> dict[str, dict[str, str]]:
    """What came of each framework when it was tried last, by its package."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(outcomes: Mapping[str, str]) -> None:
    """Keep what came of these tests, with the versions that were there; others stay as they are."""
    known = kept()
    for one in FRAMEWORKS:
        if one.test in outcomes:
            known[one.package] = {"version": _version(one), "how": outcomes[one.test], "says": one.says}
    ordered = {one.package: known[one.package] for one in FRAMEWORKS if one.package in known}
    RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _version(one: Framework) -> str:
    asked = f"from importlib.metadata import version; print(version({one.package!r}))"
    python = clients.python_of(one.environment)
    return subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
