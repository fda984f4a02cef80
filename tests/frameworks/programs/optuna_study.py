"""Optuna with its own callback: one run for the study, and one for each trial."""

from __future__ import annotations

import warnings

import optuna
import wandb
from optuna_integration import WeightsAndBiasesCallback
from telling import tell

warnings.simplefilter("ignore")  # the callback is marked experimental
optuna.logging.set_verbosity(optuna.logging.WARNING)


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -1, 1)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    return x * x + (kind == "b")


callback = WeightsAndBiasesCallback(metric_name="value", wandb_kwargs={"project": "optuna", "id": "study"})
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(objective, n_trials=4, callbacks=[callback])
wandb.finish()

each = WeightsAndBiasesCallback(wandb_kwargs={"project": "optuna-trials"}, as_multirun=True)
trials = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=2))
trials.optimize(objective, n_trials=2, callbacks=[each])
tell(
    {
        "study": [[one.params["x"], one.params["kind"], one.value] for one in study.trials],
        "trials": [[one.params["x"], one.params["kind"], one.value] for one in trials.trials],
    }
)
