"""Frameworks with their own callbacks for the official client: `make test-frameworks` installs them and runs these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program
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
def digits_torch(client: Client) -> Any:
    example = Path(__file__).resolve().parents[2] / "examples" / "client"
    Client(client.server, client.base, python=clients.python_of("frameworks"), programs=example).run(
        "digits_torch", timeout=300
    )


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


def test_the_trainer_of_transformers(huggingface_trainer: Any, reader: Reader) -> None:
    path = huggingface_trainer["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert run["name"] == "tiny-bert"
    assert column(rows, "train/loss") == pytest.approx(huggingface_trainer["losses"])
    assert column(rows, "eval/loss") == pytest.approx(huggingface_trainer["eval"])
    assert column(rows, "train/global_step")[-1] == 6
    assert run["config"]["hidden_size"] == 16 and run["config"]["max_steps"] == 6
    assert ("model", "model-tiny-bert") in artifacts(reader, path)


def test_the_logger_of_lightning(lightning_logger: Any, reader: Reader) -> None:
    path = lightning_logger["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert run["name"] == "line" and run["config"]["lr"] == 0.1
    assert column(rows, "train/loss") == pytest.approx(lightning_logger["losses"])
    assert len(column(rows, "val/loss")) == 2
    assert column(rows, "pictures")[0]["_type"] == "images/separated"
    assert column(rows, "cells")[0]["_type"] == "table-file"
    assert any(key.startswith("gradients/") for row in rows for key in row)
    assert ("model", f"model-{path[2]}") in artifacts(reader, path)


def test_the_callbacks_of_keras(keras_fit: Any, reader: Reader) -> None:
    path = keras_fit["path"]
    run, rows = reader.run(path), reader.rows(path)
    assert column(rows, "epoch/loss") == pytest.approx(keras_fit["losses"])
    assert column(rows, "epoch/val_loss") == pytest.approx(keras_fit["val"])
    assert column(rows, "batch/batch_step") == [0, 1, 2, 3]
    assert run["summary"]["epoch/epoch"] == 1
    made = artifacts(reader, path)
    assert ("model", f"run_{path[2]}_model") in made
    assert any(name.startswith(f"run_{path[2]}_pred") for _, name in made)


def test_what_jax_makes(jax_loop: Any, reader: Reader) -> None:
    rows = reader.rows(jax_loop["path"])
    assert column(rows, "loss") == pytest.approx(jax_loop["losses"])
    assert all(len(weights) == 3 for weights in column(rows, "weights"))
    assert column(rows, "all")[0]["_type"] == "histogram"
    assert column(rows, "half") == pytest.approx(jax_loop["losses"], rel=0.01)
    assert column(rows, "picture")[0]["_type"] == "image-file"


def test_the_callback_of_xgboost(xgboost_train: Any, reader: Reader) -> None:
    path = xgboost_train["path"]
    rows = reader.rows(path)
    assert column(rows, "valid-logloss") == pytest.approx(xgboost_train["logloss"])
    assert column(rows, "epoch") == [0, 1, 2, 3, 4]
    assert ("model", f"{path[2]}_model.json") in artifacts(reader, path)
    assert "Feature Importance_table" in {key for row in rows for key in row}


@pytest.mark.parametrize("writer", ["torch", "tensorboardX"])
def test_event_files_of_tensorboard(writer: str, tensorboard_torch: Any, tensorboard_x: Any, reader: Reader) -> None:
    told = tensorboard_torch if writer == "torch" else tensorboard_x
    rows = reader.rows(told["path"])
    assert column(rows, "train/loss") == pytest.approx(told["losses"])
    assert column(rows, "global_step")[:5] == [0, 1, 2, 3, 4]
    assert column(rows, "weights")[0]["_type"] == "histogram"
    assert column(rows, "picture")[0]["_type"] in ("image-file", "images/separated")
    files = reader.files(told["path"])
    assert any("tfevents" in name for name in files), sorted(files)


def test_a_tutorial_with_pytorch(digits_torch: Any, reader: Reader) -> None:
    (run,) = reader.server.ask("POST", "/api/projects/ann/digits-torch/runs", {})["runs"]
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
