"""What has to be on the server when a framework's program has run, whichever client sent it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.e2e.client.running import Reader


def column(rows: list[dict[str, Any]], key: str) -> list[Any]:
    return [row[key] for row in rows if key in row]


def artifacts(reader: Reader, path: list[str]) -> set[tuple[str, str]]:
    """Type and name of what a run has made."""
    entity, project, id = path
    query = """query($e: String!, $p: String!, $r: String!) { project(name: $p, entityName: $e) { run(name: $r) {
        outputArtifacts(first: 50) { edges { node { artifactType { name } artifactSequence { name } state } } } } } }"""
    made = reader.server.graphql(query, e=entity, p=project, r=id)["project"]["run"]["outputArtifacts"]["edges"]
    assert {edge["node"]["state"] for edge in made} <= {"COMMITTED"}
    return {(edge["node"]["artifactType"]["name"], edge["node"]["artifactSequence"]["name"]) for edge in made}


def runs_of(reader: Reader, project: str) -> list[Any]:
    """The runs of a project of Ann's, once the server has summed up their rows, which takes it a moment."""
    until = time.monotonic() + 20
    while True:
        found: list[Any] = reader.server.ask("POST", f"/api/projects/ann/{project}/runs", {})["runs"]
        if all(run["summary"] for run in found) or time.monotonic() > until:
            return found
        time.sleep(0.1)


def trainer_of_transformers(told: Any, reader: Reader) -> None:
    path = told["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert run["name"] == "tiny-bert"
    assert column(rows, "train/loss") == pytest.approx(told["losses"])
    assert column(rows, "eval/loss") == pytest.approx(told["eval"])
    assert column(rows, "train/global_step")[-1] == 6
    assert run["config"]["hidden_size"] == 16 and run["config"]["max_steps"] == 6
    assert ("model", "model-tiny-bert") in artifacts(reader, path)


def logger_of_lightning(told: Any, reader: Reader) -> None:
    path = told["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert run["name"] == "line" and run["config"]["lr"] == 0.1
    assert column(rows, "train/loss") == pytest.approx(told["losses"])
    assert len(column(rows, "val/loss")) == 2
    assert column(rows, "pictures")[0]["_type"] == "images/separated"
    assert column(rows, "cells")[0]["_type"] == "table-file"
    assert any(key.startswith("gradients/") for row in rows for key in row)
    assert ("model", f"model-{path[2]}") in artifacts(reader, path)


def callbacks_of_keras(told: Any, reader: Reader) -> None:
    path = told["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert column(rows, "epoch/loss") == pytest.approx(told["losses"])
    assert column(rows, "epoch/val_loss") == pytest.approx(told["val"])
    assert column(rows, "batch/batch_step") == [0, 1, 2, 3]
    assert run["summary"]["epoch/epoch"] == 1
    made = artifacts(reader, path)
    assert ("model", f"run_{path[2]}_model") in made
    assert any(name.startswith(f"run_{path[2]}_pred") for _, name in made)


def what_jax_makes(told: Any, reader: Reader) -> None:
    rows = reader.rows(told["path"])
    assert column(rows, "loss") == pytest.approx(told["losses"])
    assert all(len(weights) == 3 for weights in column(rows, "weights"))
    assert column(rows, "all")[0]["_type"] == "histogram"
    assert column(rows, "half") == pytest.approx(told["losses"], rel=0.01)
    assert column(rows, "picture")[0]["_type"] == "image-file"


def callback_of_xgboost(told: Any, reader: Reader) -> None:
    path = told["path"]
    rows = reader.rows(path)
    assert column(rows, "valid-logloss") == pytest.approx(told["logloss"])
    assert column(rows, "epoch") == [0, 1, 2, 3, 4]
    assert ("model", f"{path[2]}_model.json") in artifacts(reader, path)
    assert "Feature Importance_table" in {key for row in rows for key in row}


def event_files(told: Any, reader: Reader) -> None:
    rows = reader.rows(told["path"])
    assert column(rows, "train/loss") == pytest.approx(told["losses"])
    assert column(rows, "global_step")[:5] == [0, 1, 2, 3, 4]
    assert column(rows, "weights")[0]["_type"] == "histogram"
    assert column(rows, "picture")[0]["_type"] in ("image-file", "images/separated")
    files = reader.files(told["path"])
    assert any("tfevents" in name for name in files), sorted(files)


def tutorial_with_pytorch(reader: Reader) -> None:
    (run,) = runs_of(reader, "digits-torch")
    path = ["ann", "digits-torch", run["id"]]
    rows = reader.rows(path)
    assert column(rows, "epoch") == [1, 2, 3]
    assert run["summary"]["best_val_acc"] == max(column(rows, "val_acc"))
    assert any(key.startswith("gradients/") for row in rows for key in row)
    assert column(rows, "good_cases")[0]["_type"] == column(rows, "bad_cases")[0]["_type"] == "table-file"
    assert len(reader.run(path)["attempts"]) == 3
    kept = {("dataset", "digits"), ("code", "script"), ("model", "cnn")}
    assert kept <= artifacts(reader, path)
    assert any(text.startswith("epoch【1】") for _, text in reader.console(path))


def study_of_optuna(told: Any, reader: Reader) -> None:
    rows = reader.rows(["ann", "optuna", "study"])
    found = list(zip(column(rows, "x"), column(rows, "kind"), column(rows, "value"), strict=True))
    assert found == [tuple(one) for one in told["study"]]


def trials_of_optuna(told: Any, reader: Reader) -> None:
    found = runs_of(reader, "optuna-trials")
    assert sorted(run["summary"]["value"] for run in found) == sorted(value for *_, value in told["trials"])


def callback_of_lightgbm(told: Any, reader: Reader) -> None:
    rows = reader.rows(told["path"])
    assert column(rows, "valid_binary_logloss") == pytest.approx(told["logloss"])
    run = reader.run(told["path"])
    assert run["config"]["num_leaves"] == 4
    assert run["summary"]["best_iteration"] >= 0


def plots_of_scikit_learn(told: Any, reader: Reader) -> None:
    keys = {key for row in reader.rows(told["path"]) for key in row}
    assert {"class_proportions", "confusion_matrix", "learning_curve"} <= keys, sorted(keys)


def tracker_of_accelerate(told: Any, reader: Reader) -> None:
    path = told["path"]
    assert reader.run(path)["config"]["lr"] == 0.1
    assert column(reader.rows(path), "loss") == pytest.approx(told["losses"])
    assert column(reader.rows(path), "pictures")[0]["_type"] == "images/separated"
    assert column(reader.rows(path), "cells")[0]["_type"] == "table-file"


def callback_of_catboost(told: Any, reader: Reader) -> None:
    path = told["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert column(rows, "validation-Logloss") == pytest.approx(told["logloss"])
    assert column(rows, "iteration@metric-period-1") == [1, 2, 3, 4, 5]
    assert run["config"]["depth"] == 2 and run["summary"]["best_iteration"] >= 0
    assert ("model", f"model_{path[2]}") in artifacts(reader, path)


def callback_of_stable_baselines3(told: Any, reader: Reader) -> None:
    path = told["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert run["config"]["algo"] == "PPO" and run["config"]["n_steps"] == 64
    assert column(rows, "rollout/ep_rew_mean") and column(rows, "train/loss")
    assert column(rows, "global_step")[-1] == told["steps"]
    assert any(key.startswith("gradients/") for row in rows for key in row)
    assert "model.zip" in reader.files(path)


def sweep_of_hydra(told: Any, reader: Reader) -> None:
    found = runs_of(reader, "hydra")
    assert sorted(run["config"]["model"]["width"] for run in found) == [8, 16]
    assert all(run["summary"]["loss"] == run["config"]["model"]["width"] * run["config"]["lr"] for run in found)
